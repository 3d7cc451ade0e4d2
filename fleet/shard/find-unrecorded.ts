import { resolve } from "node:path";
import { textOf } from "../../cli/check/values";
import { openAccess } from "../../cli/stack/access";
import { nameOf } from "../../cli/stack/state";
import { inParallel } from "../../provider/api/async";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import { summaryOf } from "../../provider/lifecycle/messages";
import { findIntegration } from "../../provider/lifecycle/read";
import type { RunShardOptions } from "./run-shard";
import { type DeclaredMerchant, namesOf } from "./shard-file";
import { ShardStack } from "./shard-stack";
import { defaultProject, withWorkspace } from "./workspace";

/** Number of reads at a time. */
const readsAtOnce = 32;

/** The integrations that an interrupted update can have created without recording them in state. */
export interface Unrecorded {
  /** Names of the merchants whose integration exists at Pinterest. */
  readonly found: ReadonlySet<string>;
  /** Why the integrations of other merchants could not be read, by name. */
  readonly unread: ReadonlyMap<string, string>;
}

/**
 * Finds integrations that state does not have, and that exist at Pinterest.
 *
 * @throws FleetError if the stack cannot be opened.
 */
export function findUnrecorded(options: Omit<RunShardOptions, "operation">): Promise<Unrecorded> {
  const { stack: name, merchants, project = defaultProject, directory = ".", unlock = false } = options;
  return withWorkspace({ ...options, merchants: [], project, directory }, async (workspace) => {
    const stack = await ShardStack.open(name, project, workspace, unlock);
    if (unlock) options.onUnlocked?.();
    const recorded = new Set((await stack.open.resources()).map(({ urn, id = "" }) => key(nameOf(urn), id)));
    const unrecorded = merchants.filter(
      (merchant) => !namesOf(merchant).some((each) => recorded.has(key(each, idOf(merchant)))),
    );
    const { clients } = await openAccess(undefined, () => {});
    const found = new Set<string>();
    const unread = new Map<string, string>();
    await withBaseDirectory(resolve(directory), () =>
      inParallel(unrecorded, readsAtOnce, async (merchant) => {
        options.signal?.throwIfAborted();
        try {
          const client = clients.client(textOf(merchant.arguments.account));
          if ((await findIntegration(client, idOf(merchant))) !== undefined) found.add(merchant.name);
        } catch (error) {
          unread.set(merchant.name, summaryOf(error));
        }
      }),
    );
    return { found, unread };
  });
}

function idOf({ arguments: { externalBusinessId } }: DeclaredMerchant): string {
  return String(externalBusinessId);
}

function key(name: string, externalBusinessId: string): string {
  return JSON.stringify([name, externalBusinessId]);
}
