import { ownCommand } from "../../provider/api/own-package";
import { isAlive } from "../claim";
import type { Operation } from "../shard/outcome";
import type { Statements } from "./database";
import { isPending, isReplacedBy, schema } from "./schema";

/** The current status of a shard. */
export interface ShardStatus {
  readonly stack: string;
  /** Merchants of the list. */
  readonly merchants: number;
  /** Merchants that left the list. The next update deletes their integrations. */
  readonly leaving: number;
  /** Merchants whose integration the next update replaces. */
  readonly replaced: number;
  /** Merchants with changes that no update has deployed yet, including leaving ones. */
  readonly pending: number;
  /** The worker that runs its engine; null if there is none. */
  readonly worker: string | null;
  readonly since: Date | null;
  /** The last run of the shard, and its state. */
  readonly operation: Operation | null;
  readonly state: string | null;
  readonly endedAt: Date | null;
}

export async function shardStatuses(statements: Statements): Promise<ShardStatus[]> {
  const { rows } = await statements.query<ShardStatus>(
    `select stack, merchants, leaving, replaced, pending, engine.worker, since, operation, state, ended_at as "endedAt"
       from ${schema}.shard
       cross join lateral (
         select (count(*) filter (where leaving_since is null))::integer as merchants,
                (count(*) filter (where leaving_since is not null))::integer as leaving,
                (count(*) filter (where leaving_since is null and ${isReplacedBy("merchant")}))::integer as replaced,
                (count(*) filter (where ${isPending}))::integer as pending
           from ${schema}.merchant where shard_id = shard.id) as counted
       left join ${schema}.engine on engine.shard_id = shard.id and ${isAlive}
       left join lateral (
         select operation, state, ended_at
           from ${schema}.run_shard join ${schema}.run on run.id = run_id
          where run_shard.shard_id = shard.id order by requested_at desc limit 1) as last on true
      order by stack`,
  );
  return rows;
}

/** The result of a merchant in a run. */
interface HistoryEntry {
  readonly run: string;
  readonly operation: Operation;
  readonly at: Date;
  readonly status: string;
  readonly properties: readonly string[];
  readonly message: string | null;
}

/** The newest first. */
export async function historyOf(
  statements: Statements,
  merchant: string,
  atMost = 50,
): Promise<HistoryEntry[]> {
  const { rows } = await statements.query<HistoryEntry>(
    `select run_id as run, operation, known_at as at, status, properties, message
       from ${schema}.result join ${schema}.run on run.id = run_id
      where merchant = $1 order by known_at desc limit $2`,
    [merchant, atMost],
  );
  return rows;
}

/**
 * Moves and offboardings that were not completed, in one shard or in all. Until then no update may process these shards, because it could
 * delete integrations that must stay.
 *
 * @returns a sentence for each, with what to do.
 */
export async function unfinished(statements: Statements, shardId?: number): Promise<string[]> {
  const { rows } = await statements.query<{ name: string; from: string; to: string | null }>(
    `select name, origin.stack as from, destination.stack as to
       from ${schema}.merchant
       join ${schema}.shard as origin on origin.id = shard_id
       left join ${schema}.shard as destination on destination.id = moving_to
      where (moving_to is not null or offboarding) and ($1::integer is null or $1 in (shard_id, moving_to)) order by name`,
    [shardId ?? null],
  );
  return rows.map(({ name, from, to }) =>
    to === null ? offboardingText(name) : movingText({ name, from, to }),
  );
}

/** What to do about an interrupted move. */
export function movingText({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}): string {
  return `the move of '${name}' from ${from} to ${to} was interrupted. To complete it, run \`${ownCommand} fleet move ${name} --to ${to}\``;
}

/** What to do about an interrupted offboarding. */
function offboardingText(name: string): string {
  return `the offboarding of '${name}' was interrupted. To complete it, run \`${ownCommand} fleet offboard ${name}\``;
}
