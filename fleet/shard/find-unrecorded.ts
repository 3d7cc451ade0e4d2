import { inParallel } from "../../provider/base/async";
import { summaryOf } from "../../provider/lifecycle/messages";
import { openAccess } from "../../stack/access";
import { nameOf } from "../../stack/state";
import { textOf } from "../../stack/values";
import { FleetError } from "../fleet-error";
import { type DeclaredMerchant, idOf, namesOf } from "../merchants/declared-merchant";
import { defaultProject } from "../store/settings";
import type { ShardRunOptions } from "./run-shard";
import { ShardStack } from "./shard-stack";
import { withWorkspace } from "./workspace";

/** The result of a comparison of merchants with state and Pinterest. */
export interface Unrecorded {
  /** The merchants whose integrations exist at Pinterest, and that state does not have. An interrupted update can have created them. */
  readonly merchants: readonly DeclaredMerchant[];
  /** The external business IDs that state has. */
  readonly recordedIds: ReadonlySet<string>;
}

/** Number of integrations that are searched at a time. */
const concurrentSearches = 32;

/**
 * Finds merchants whose integrations state lacks.
 *
 * @throws FleetError if the stack cannot be opened, or an integration cannot be read.
 */
export function findUnrecorded(options: Omit<ShardRunOptions, "operation">): Promise<Unrecorded> {
  const { stack: name, merchants, project = defaultProject, invocation } = options;
  return withWorkspace({ ...options, merchants: [], project }, async (workspace) => {
    const stack = await ShardStack.open(name, project, workspace, options);
    const resources = await stack.resources();
    const unrecorded = merchants.filter((merchant) => {
      const names = namesOf(merchant);
      return !resources.some(({ urn, id }) => id === idOf(merchant) && names.includes(nameOf(urn)));
    });
    const { clients } = await openAccess(invocation, () => {});
    const found = await inParallel(unrecorded, concurrentSearches, async (merchant) => {
      options.signal?.throwIfAborted();
      try {
        const client = clients.client(textOf(merchant.arguments.account));
        return (await client.findCommerceIntegration(idOf(merchant))) === undefined ? [] : [merchant];
      } catch (error) {
        throw new FleetError(
          `an update was interrupted, and the integration that it may have created for '${merchant.name}' cannot be read: ${summaryOf(error)}`,
        );
      }
    });
    return { merchants: found.flat(), recordedIds: new Set(resources.flatMap(({ id }) => id ?? [])) };
  });
}
