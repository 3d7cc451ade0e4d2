import {
  Clients,
  type Configuration,
  lookupIn,
  readConfiguration,
  withoutNamespace,
} from "../../provider/config";
import { ExplainedError } from "../explained-error";
import { inClear } from "./secret-value";
import type { ExportedResource, OpenStack } from "./stack";

/** The way to Pinterest with the credentials that a program of the stack would use. */
export interface Access {
  readonly configuration: Configuration;
  readonly clients: Clients;
}

/**
 * Takes credentials from the stack's configuration and the environment as a program does; without a stack from the environment alone.
 *
 * @param notify is told of waits and of tokens that end soon.
 * @throws ExplainedError that names a configuration key whose value is not allowed.
 */
export async function openAccess(
  stack: Pick<OpenStack, "configuration"> | undefined,
  notify: (message: string) => void,
): Promise<Access> {
  const lookup = await stack?.configuration();
  try {
    const configuration = readConfiguration((key) => lookup?.(key));
    return { configuration, clients: new Clients(configuration, notify) };
  } catch (error) {
    throw new ExplainedError((error as Error).message);
  }
}

/** The same with the configuration that state has of an explicit provider, and the environment where that has none. */
export function openProviderAccess(
  { inputs = {} }: Pick<ExportedResource, "inputs">,
  notify: (message: string) => void,
): Promise<Access> {
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [withoutNamespace(name), inClear(value)]),
  );
  const lookup = lookupIn(values);
  return openAccess({ configuration: async () => lookup }, notify);
}
