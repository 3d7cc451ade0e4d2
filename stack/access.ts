import {
  Clients,
  type Configuration,
  type Lookup,
  lookupIn,
  readConfiguration,
  withoutNamespace,
} from "../provider/config";
import { hostOf, type Invocation } from "../provider/run/run-context";
import { ExplainedError } from "./command-error";
import { type ExportedResource, inPlaintext, nameOf } from "./state";

/** Access to Pinterest with the credentials that a program of the stack would use. */
export interface Access {
  readonly configuration: Configuration;
  readonly clients: Clients;
}

/** The source of credentials: a stack, or only the environment. */
interface AccessSource extends Invocation {
  /** The stack's configuration. @default none */
  configuration?(): Promise<Lookup>;
}

export interface AccessOptions {
  /** Environment variables that apply if neither the configuration nor the environment sets their key. @default none */
  readonly defaults?: Readonly<Record<string, string>>;
  /** The name of the explicit provider, for messages. */
  readonly provider?: string | undefined;
  /** Receives why the account command failed. */
  readonly onCommandFailure?: ((message: string) => void) | undefined;
}

/**
 * Reads credentials from the stack's configuration and the environment, as a program does.
 *
 * @param notify receives messages about waits and about tokens that expire soon.
 * @throws ExplainedError that names a configuration key with an invalid value.
 */
export async function openAccess(
  source: AccessSource,
  notify: (message: string) => void,
  { defaults, provider, onCommandFailure }: AccessOptions = {},
): Promise<Access> {
  const lookup = await source.configuration?.();
  const { environment, context } = source;
  try {
    const host = hostOf({ environment: { ...defaults, ...environment }, context });
    const configuration = readConfiguration((key) => lookup?.(key), host);
    const clients = new Clients(configuration, { notify, provider: () => provider, onCommandFailure });
    return { configuration, clients };
  } catch (error) {
    throw new ExplainedError((error as Error).message);
  }
}

/** Like {@link openAccess}, with the configuration of an explicit provider in state and, for missing keys, the environment. */
export function openProviderAccess(
  { inputs = {}, urn = "" }: Partial<Pick<ExportedResource, "inputs" | "urn">>,
  { environment, context }: Invocation,
  notify: (message: string) => void,
  options: AccessOptions = {},
): Promise<Access> {
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [withoutNamespace(name), inPlaintext(value)]),
  );
  const lookup = lookupIn(values);
  return openAccess({ environment, context, configuration: async () => lookup }, notify, {
    ...options,
    provider: nameOf(urn) || undefined,
  });
}
