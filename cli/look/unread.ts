import { inParallel } from "../../provider/api/async";
import { systemClock } from "../../provider/api/clock";
import { withCurrentConfiguration } from "../../provider/api/engine-command";
import type { ReadObservation } from "../../provider/lifecycle/observer";
import { readIntegration } from "../../provider/lifecycle/read";
import { openSession, type Session } from "../../provider/lifecycle/session";
import { type Access, openAccess, openProviderAccess } from "../stacks/access";
import { isIntegrationType } from "../stacks/integration-types";
import { inClear, isSecret } from "../stacks/secret-value";
import type { ExportedResource, OpenStack } from "../stacks/stack";
import { isDefaultProvider, providerUrnOf } from "../stacks/urn";
import type { Properties, Refreshed } from "./engine-steps";

/** The result of a read that replaces the engine's. */
export interface ReadHere extends Refreshed {
  readonly urn: string;
}

/** Number of reads at a time, so that one page of a list can answer many of them. */
const readsAtOnce = 32;

/**
 * Reads the integrations in state that the engine has not read: those that left the program, and those that a failed program did not
 * declare. Uses the stack's current configuration and, for an explicit provider, the one in state.
 *
 * @param isRead whether the engine has read a URN and integration ID.
 * @param signal stops further reads; the promise is then rejected.
 * @param observe receives each read, including failed ones.
 */
export async function readUnread(
  stack: OpenStack,
  isRead: (urn: string, integrationId: unknown) => boolean,
  observe: (read: ReadObservation) => void,
  notify: (message: string) => void,
  signal?: AbortSignal,
): Promise<ReadHere[]> {
  const resources = await stack.resources();
  const unread = resources.filter(
    ({ urn, type, external, delete: replaced, outputs }) =>
      isIntegrationType(type) &&
      external !== true &&
      replaced !== true &&
      !isRead(urn, outputs?.integrationId),
  );
  const sessions = new Sessions(stack, resources, observe, notify);
  return inParallel(unread, readsAtOnce, async (resource) => {
    signal?.throwIfAborted();
    const session = await sessions.of(resource);
    const outputs = clear(resource.outputs);
    const found = await withCurrentConfiguration(() => readIntegration(resource.id ?? "", outputs, session));
    const state = marked(resource, clear(resource.inputs), outputs);
    const live = found && marked(resource, found.inputs, found.outputs);
    return { urn: resource.urn, state, live, diff: [] };
  });
}

/** A session for each provider, as the engine has a process for each. */
class Sessions {
  private readonly opened = new Map<string, Promise<Session>>();
  private readonly providers: ReadonlyMap<string, ExportedResource>;

  constructor(
    private readonly stack: OpenStack,
    resources: readonly ExportedResource[],
    private readonly observe: (read: ReadObservation) => void,
    private readonly notify: (message: string) => void,
  ) {
    this.providers = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  of({ provider = "" }: ExportedResource): Promise<Session> {
    let session = this.opened.get(provider);
    if (session === undefined) {
      session = this.open(provider);
      this.opened.set(provider, session);
    }
    return session;
  }

  private async open(provider: string): Promise<Session> {
    const { configuration, clients } = await this.access(provider);
    return openSession({
      client: (account) => clients.client(account),
      notify: this.notify,
      ...configuration,
      ...systemClock,
      observer: { read: this.observe },
    });
  }

  /** The default provider uses the stack's configuration. The one in state may be outdated. */
  private access(provider: string): Promise<Access> {
    return isDefaultProvider(provider)
      ? openAccess(this.stack, this.notify)
      : openProviderAccess(this.providers.get(providerUrnOf(provider)) ?? {}, this.notify);
  }
}

function clear(bag: ExportedResource["inputs"] = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, inClear(value)]));
}

/** Properties as in the engine's events: secrets in state are not shown. */
function marked(
  { id = "", inputs = {}, outputs = {} }: ExportedResource,
  clearInputs: Record<string, unknown>,
  clearOutputs: Record<string, unknown>,
): Properties {
  const mark = (bag: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(bag).map(([name, value]) => {
        const secret = [inputs[name], outputs[name]].find(isSecret);
        return [name, secret === undefined ? value : { ...secret, plaintext: undefined }];
      }),
    );
  return { id, inputs: mark(clearInputs), outputs: mark(clearOutputs) };
}
