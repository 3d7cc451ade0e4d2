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

/** What a read in place of the engine's has found. */
export interface ReadHere extends Refreshed {
  readonly urn: string;
}

/** So many at the same time, that one question may answer many of them. */
const readsAtOnce = 32;

/**
 * Reads the integrations in state that the engine has not read: those that left the program, and all that a program which failed did
 * not come to. Takes the stack's present configuration, and for an explicit provider what state has of it.
 *
 * @param isRead tells by URN and number which the engine has read.
 * @param signal has it begin no further read, and then reject.
 * @param observe is told of each read, failed ones included.
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

  /** The default provider has the stack's configuration; what state has of that may be out of date. */
  private access(provider: string): Promise<Access> {
    return isDefaultProvider(provider)
      ? openAccess(this.stack, this.notify)
      : openProviderAccess(this.providers.get(providerUrnOf(provider)) ?? {}, this.notify);
  }
}

function clear(bag: ExportedResource["inputs"] = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, inClear(value)]));
}

/** Properties as the engine tells of them: whatever state has as a secret is not shown. */
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
