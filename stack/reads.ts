import { inParallel } from "../provider/base/async";
import { pick } from "../provider/base/bag";
import { systemClock } from "../provider/base/clock";
import { environmentVariable } from "../provider/config/keys";
import { readIntegration } from "../provider/lifecycle/read";
import { openSession, type Session } from "../provider/lifecycle/session";
import { completeRun } from "../provider/run/engine-command";
import type { ReadObservation } from "../provider/run/observations";
import { openAccess, openProviderAccess } from "./access";
import type { OpenStack } from "./stack";
import {
  type ExportedResource,
  inPlaintext,
  isDefaultProvider,
  isManagedIntegration,
  isSecret,
  providerUrnOf,
} from "./state";
import type { IntegrationSteps, Properties } from "./steps";
import { textOf } from "./values";

/** The results of a stack's reads, by integration. */
export class ObservedReads {
  private readonly byId: ReadonlyMap<string, readonly ReadObservation[]>;

  /** The program's secret fields that were not compared. */
  readonly uncompared: ReadonlySet<string>;

  /** @param reads in the order in which they were observed. */
  constructor(reads: readonly ReadObservation[]) {
    this.byId = Map.groupBy(reads, ({ externalBusinessId }) => externalBusinessId);
    this.uncompared = new Set(reads.flatMap(({ uncompared = [] }) => uncompared));
  }

  /** The result for an integration. @param providerName the name of its explicit provider, if it has one */
  at(id: string, account: string | undefined, providerName?: string): ReadObservation | undefined {
    const reads = this.byId.get(id) ?? [];
    return reads.findLast((read) => read.account === account && read.providerName === providerName);
  }

  /** The result for an integration in state. Undefined if nothing has read it. */
  of({ refreshed }: IntegrationSteps): ReadObservation | undefined {
    if (refreshed === undefined) return undefined;
    const { id, outputs } = refreshed.state;
    const [only, ...others] = this.byId.get(id) ?? [];
    const found = this.at(id, textOf(outputs.account), textOf(outputs.providerName));
    // The engine may treat the account's name as a secret.
    return found ?? (others.length === 0 ? only : undefined);
  }
}

/** Number of reads at a time, so that one page of a list can serve many of them. */
const concurrentReads = 32;

/**
 * Limits of a check, unless the user sets these keys. With the provider's defaults, an account that does not respond would delay it by four
 * minutes: four attempts of 30 s to list the account, then four to read the integration.
 */
export const readLimits: Readonly<Record<string, string>> = {
  [environmentVariable("requestTimeout")]: "10",
  [environmentVariable("maxAttempts")]: "2",
};

/** Options of reads from Pinterest. */
export interface ReadOptions {
  /** Receives messages that are not errors. */
  readonly notify: (message: string) => void;
  /** Receives why the account command failed, for many integrations at once. */
  readonly onCommandFailure?: ((message: string) => void) | undefined;
  /** Stops further reads; the promise is then rejected. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of reads that the engine did not do. */
export interface OtherReads {
  readonly steps: readonly IntegrationSteps[];
  /** Each read, including failed ones. */
  readonly reads: readonly ReadObservation[];
}

/**
 * Reads the integrations in state that the engine has not read: those that left the program, and those that a failed program did not
 * declare. Uses the stack's current configuration and, for an explicit provider, the one in state.
 *
 * @param isRead whether the engine has read a URN and integration ID.
 */
export async function readUnread(
  stack: OpenStack,
  isRead: (urn: string, integrationId: unknown) => boolean,
  options: ReadOptions,
): Promise<OtherReads> {
  const { signal } = options;
  const reads: ReadObservation[] = [];
  const resources = await stack.resources();
  const unread = resources
    .filter(isManagedIntegration)
    .filter(({ urn, outputs }) => !isRead(urn, outputs?.integrationId));
  const sessionOf = sessionsOf(stack, resources, reads, options);
  const steps = await inParallel(unread, concurrentReads, async (resource) => {
    signal?.throwIfAborted();
    const session = await sessionOf(resource);
    const outputs = plaintextOf(resource.outputs);
    const found = await readIntegration(resource.id ?? "", outputs, session);
    const state = withSecretMarkers(resource, plaintextOf(resource.inputs), outputs);
    const live = found && withSecretMarkers(resource, found.inputs, found.outputs);
    return { urn: resource.urn, refreshed: { state, live, diff: [] } };
  });
  return { steps, reads };
}

/** Returns the session of a resource's provider. The engine has a process for each. */
function sessionsOf(
  stack: OpenStack,
  resources: readonly ExportedResource[],
  reads: ReadObservation[],
  { notify, onCommandFailure }: ReadOptions,
): (resource: ExportedResource) => Promise<Session> {
  const providers = new Map(resources.map((resource) => [resource.urn, resource]));
  const sessions = new Map<string, Promise<Session>>();
  const open = async (provider: string) => {
    const access = { defaults: readLimits, onCommandFailure };
    // The default provider uses the stack's configuration. The one in state may be outdated.
    const { configuration, clients } = await (isDefaultProvider(provider)
      ? openAccess(stack, notify, access)
      : openProviderAccess(providers.get(providerUrnOf(provider)) ?? {}, stack, notify, access));
    return openSession({
      client: (account) => clients.client(account),
      notify,
      declaredIn: stack.context.declaredIn,
      run: completeRun,
      readMode: () => "requested",
      ...pick(configuration, ["consistencyTimeoutMs", "whenUnreachable", "compareSecrets"]),
      ...systemClock,
      observeRead: (read) => reads.push(read),
    });
  };
  return ({ provider = "" }) => {
    const session = sessions.get(provider) ?? open(provider);
    sessions.set(provider, session);
    return session;
  };
}

function plaintextOf(bag: ExportedResource["inputs"] = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, inPlaintext(value)]));
}

/** Properties as in the engine's events: secrets in state are not shown. */
function withSecretMarkers(
  { id = "", inputs = {}, outputs = {} }: ExportedResource,
  plaintextInputs: Record<string, unknown>,
  plaintextOutputs: Record<string, unknown>,
): Properties {
  const mark = (bag: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(bag).map(([name, value]) => {
        const secret = [inputs[name], outputs[name]].find(isSecret);
        return [name, secret === undefined ? value : { ...secret, plaintext: undefined }];
      }),
    );
  return { id, inputs: mark(plaintextInputs), outputs: mark(plaintextOutputs) };
}
