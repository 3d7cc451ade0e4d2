import { checkState } from "../cli/check/check-stack";
import type { MerchantReport } from "../cli/check/report";
import { textOf } from "../cli/check/values";
import { inPlaintext, isIntegrationType, nameOf } from "../cli/stack/state";
import { withRequestId } from "../provider/api/message-text";
import { type Held, withClaim } from "./claim";
import { assertApiUrl, assertBackend } from "./environment";
import { FleetError } from "./fleet-error";
import { absoluteBackend, eraseEarlierStates } from "./shard/backend";
import { statusInWords } from "./shard/outcome";
import { namesOf } from "./shard/shard-file";
import { ShardStack } from "./shard/shard-stack";
import { withWorkspace } from "./shard/workspace";
import type { Database } from "./store/database";
import { eraseMerchants, markOffboarding, type NamedMerchant, namedMerchants } from "./store/merchants";

export interface OffboardOptions {
  readonly merchants: readonly string[];
  /** Also offboard merchants whose access works. Their integrations stay, unmanaged. */
  readonly force: boolean;
  readonly project: string;
  /** The directory in which the packages are installed. */
  readonly directory: string;
  /** Name of this process, for others that wait. */
  readonly holder: string;
  /** Ends the wait for workers. An offboarding that has started is completed. */
  readonly signal: AbortSignal;
  /** Receives messages about waits. */
  readonly notify: (message: string) => void;
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
 * @throws FleetError if a merchant is not in the fleet, its token still works, the wait was ended, or a claim was lost.
 */
export async function offboard(database: Database, options: OffboardOptions): Promise<Offboarded[]> {
  const merchants = await namedMerchants(database.statements, options.merchants);
  await assertApiUrl(database.statements);
  await assertBackend(database.statements, options.directory);
  // In a fixed order, because two commands could otherwise wait for each other.
  const shards = [...Map.groupBy(merchants, ({ shardId }) => shardId).values()].sort(
    ([left], [right]) => (left?.shardId ?? 0) - (right?.shardId ?? 0),
  );
  const claimFrom = (claims: readonly Held[]): Promise<Offboarded[]> => {
    const [first] = shards[claims.length] ?? [];
    if (first === undefined) return offboardHeld(database, shards, claims, options);
    const { shardId, stack } = first;
    const { holder, signal, notify } = options;
    const onWait = () => notify(`${stack} is in progress: waiting until it ends`);
    return withClaim(database, { shardId, stack, holder, signal, onWait }, (held) =>
      claimFrom([...claims, held]),
    );
  };
  return claimFrom([]);
}

/** Erases merchants by shard while no worker runs an engine for these shards. */
function offboardHeld(
  database: Database,
  shards: readonly (readonly NamedMerchant[])[],
  claims: readonly Held[],
  options: OffboardOptions,
): Promise<Offboarded[]> {
  const { project, directory, force } = options;
  const kill = AbortSignal.any(claims.map(({ lost }) => lost));
  const onLeftLocked = () => {
    for (const held of claims) held.isLocked = true;
  };
  return withWorkspace({ project, directory, merchants: [], kill, onLeftLocked }, async (workspace) => {
    const parts: Part[] = [];
    for (const [index, merchants] of shards.entries()) {
      const held = claims[index] as Held;
      const name = (merchants[0] as NamedMerchant).stack;
      const stack = await ShardStack.open(name, project, workspace, held.isLocked);
      held.isLocked = false;
      parts.push(await read(stack, merchants, options));
    }
    // Checks all shards before it erases a merchant, because the message says that nothing was changed.
    if (!force) assertDisconnected(parts.flatMap(({ reports }) => reports));
    const all = shards.flat();
    const listed = await markOffboarding(database.statements, all);
    const offboarded: Offboarded[] = [];
    for (const part of parts) offboarded.push(...(await forget(part, listed, options)));
    // At the end and all at once. Until then, the same call finds all of them again.
    await eraseMerchants(database, all);
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
  const inState = await findInState(stack, new Set(merchants.flatMap(namesOf)));
  if (inState.length === 0) return { stack, merchants, inState, reports: [] };
  const { merchants: reports, errors } = await checkState(stack.open, {
    notify,
    only: new Set(inState.map(({ urn }) => urn)),
  });
  if (errors.length > 0 && !force) throw new FleetError(errors.join("\n"));
  return { stack, merchants, inState, reports };
}

/** A merchant's integration in a state. */
interface InState {
  readonly urn: string;
  readonly integrationId: string | undefined;
}

/** The integrations in a shard's state that have one of these names. */
async function findInState(stack: ShardStack, names: ReadonlySet<string>): Promise<InState[]> {
  return (await stack.open.resources())
    .filter(({ type, urn }) => isIntegrationType(type) && names.has(nameOf(urn)))
    .filter((each) => each.external !== true && each.delete !== true)
    .map(({ urn, outputs = {} }) => ({ urn, integrationId: textOf(inPlaintext(outputs.integrationId)) }));
}

async function forget(
  { stack, merchants, inState, reports }: Part,
  listed: ReadonlySet<string>,
  { project, directory }: OffboardOptions,
): Promise<Offboarded[]> {
  const missing = new Set(reports.filter(({ status }) => status === "missing").map(({ urn }) => urn));
  for (const { urn } of inState) await stack.forget(urn);
  const { PULUMI_BACKEND_URL: backend } = { ...process.env, ...absoluteBackend(directory) };
  const where = await eraseEarlierStates(backend, project, stack.open.name);
  return merchants.map((merchant) => {
    const { name, externalBusinessId, account, stack: itsStack } = merchant;
    const its = inState.find(({ urn }) => namesOf(merchant).includes(nameOf(urn)));
    const stays = its?.integrationId !== undefined && !missing.has(its.urn);
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
