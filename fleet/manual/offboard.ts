import { checkState } from "../../cli/check/check-stack";
import type { MerchantReport } from "../../cli/check/report";
import { withRequestId } from "../../provider/api/message-text";
import { assertApiUrl } from "../environment";
import { FleetError } from "../fleet-error";
import { absoluteBackend, eraseEarlierStates } from "../shard/backend";
import { statusInWords } from "../shard/outcome";
import { namesOf } from "../shard/shard-file";
import type { ShardStack } from "../shard/shard-stack";
import type { Database } from "../store/database";
import {
  allNamesOf,
  eraseMerchants,
  markOffboarding,
  movingText,
  type NamedMerchant,
  namedMerchants,
  shardsOf,
} from "../store/merchants";
import { findInState, type HoldOptions, holdShards, type InState } from "./held-shards";

export interface OffboardOptions extends HoldOptions {
  readonly merchants: readonly string[];
  /** Also offboard merchants whose access works. Their integrations stay, unmanaged. */
  readonly force: boolean;
}

/** An offboarded merchant. */
export interface Offboarded {
  readonly name: string;
  readonly stack: string;
  readonly externalBusinessId: string;
  readonly account: string;
  /** Whether the last planned list still has it. The next plan would then add it again. */
  readonly wasListed: boolean;
  /** The integration ID; absent if it was never deployed, or is missing. */
  readonly integrationId?: string;
  /** The result for the earlier states, which contain its secrets too, encrypted. */
  readonly earlierStates:
    | { readonly kind: "erased" }
    | { readonly kind: "kept"; readonly where: readonly string[] };
}

/**
 * Erases merchants whose tokens are revoked, with all their data: in state and its earlier versions, in the fleet's tables, and in results.
 * Only checks whether the tokens still work, and sends nothing else to Pinterest. Repeating the call completes an interrupted offboarding.
 *
 * @throws FleetError if a merchant is not in the fleet, or its token still works.
 */
export async function offboard(database: Database, options: OffboardOptions): Promise<Offboarded[]> {
  const merchants = await namedMerchants(database.statements, options.merchants);
  const moving = merchants.find(({ movingTo }) => movingTo !== null);
  if (moving !== undefined) {
    throw new FleetError(movingText(moving.name, moving.stack, moving.movingTo as string));
  }
  await assertApiUrl(database.statements);
  return holdShards(database, shardsOf(merchants), options, async (stacks) => {
    const parts: Part[] = [];
    for (const [shardId, stack] of stacks) {
      const inShard = merchants.filter((merchant) => merchant.shardId === shardId);
      parts.push(await read(stack, inShard, options));
    }
    // Checks all shards before it erases a merchant, because the message says that nothing was changed.
    if (!options.force) assertDisconnected(parts.flatMap(({ reports }) => reports));
    const listed = await markOffboarding(database, merchants);
    const offboarded: Offboarded[] = [];
    for (const part of parts) offboarded.push(...(await forget(part, listed, options)));
    // At the end and all at once. Until then, the same call finds all of them again.
    await eraseMerchants(database, merchants);
    return offboarded;
  });
}

/** The merchants of one shard. */
interface Part {
  readonly stack: ShardStack;
  readonly merchants: readonly NamedMerchant[];
  readonly inState: readonly InState[];
  /** What Pinterest has. */
  readonly reports: readonly MerchantReport[];
}

/** @throws FleetError if they cannot be read, unless forced. */
async function read(
  stack: ShardStack,
  merchants: readonly NamedMerchant[],
  { force, notify }: OffboardOptions,
): Promise<Part> {
  const inState = await findInState(stack, allNamesOf(merchants));
  if (inState.length === 0) return { stack, merchants, inState, reports: [] };
  const { merchants: reports, errors } = await checkState(stack.open, {
    notify,
    only: new Set(inState.map(({ urn }) => urn)),
  });
  if (errors.length > 0 && !force) throw new FleetError(errors.join("\n"));
  return { stack, merchants, inState, reports };
}

async function forget(
  { stack, merchants, inState, reports }: Part,
  listed: ReadonlySet<string>,
  { project, directory }: OffboardOptions,
): Promise<Offboarded[]> {
  const missing = new Set(reports.filter(({ status }) => status === "missing").map(({ name }) => name));
  for (const { urn } of inState) await stack.forget(urn);
  const { PULUMI_BACKEND_URL: backend } = { ...process.env, ...absoluteBackend(directory) };
  const stacks = new Set([stack.open.name, ...merchants.flatMap(({ formerStacks }) => formerStacks)]);
  const kept = await Promise.all([...stacks].map((each) => eraseEarlierStates(backend, project, each)));
  const where = kept.flat();
  return merchants.map((merchant) => {
    const { name, externalBusinessId, account, stack: itsStack } = merchant;
    const its = inState.find((each) => namesOf(merchant).includes(each.name));
    const stays = its?.integrationId !== undefined && !missing.has(its.name);
    return {
      name,
      stack: itsStack,
      externalBusinessId,
      account,
      wasListed: listed.has(name),
      ...(stays ? { integrationId: its.integrationId as string } : {}),
      earlierStates: where.length === 0 ? { kind: "erased" } : { kind: "kept", where },
    };
  });
}

/** Refuses merchants whose token still works or is only missing here: nobody would manage their integrations. */
function assertDisconnected(found: readonly MerchantReport[]): void {
  const connected = found.filter(({ status }) => status !== "revoked" && status !== "missing");
  if (connected.length === 0) return;
  const lines = connected.map(
    ({ name, status, reason, requestId }) =>
      `  '${name}' is ${statusInWords(status)}${reason === undefined ? "" : `: ${withRequestId(reason, requestId)}`}`,
  );
  throw new FleetError(
    `Not every merchant's access is revoked, so nothing was changed:\n${lines.join("\n")}\n` +
      "If Pinterest accepts the token, remove the merchant from the merchant list instead: the next update deletes its integration. " +
      "If the merchant is unreachable, fix the cause, and run the command again. " +
      "With --force, the command erases them anyway, and their integrations stay at Pinterest, unmanaged",
  );
}
