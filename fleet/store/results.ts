import type { ZodType } from "zod";
import { ownCommand } from "../../provider/base/own-package";
import {
  type DriftStatus,
  type MerchantReport,
  merchantReport,
  type StackReport,
  stackReport,
} from "../../stack/report";
import { FleetError } from "../fleet-error";
import type { MerchantOutcome, Operation } from "../outcome";
import { aliveCondition } from "./claim";
import type { Statements } from "./database";
import { type EndedShards, endedShardColumns, openCondition, type ShardState, unknownRun } from "./runs";
import { pendingCondition, replacedCondition, schema } from "./schema";
import type { ShardSize } from "./shards";

/** The result of a merchant in a run. */
export interface MerchantResult extends Pick<MerchantOutcome, "name" | "status" | "properties"> {
  readonly message: string | null;
  /** Whether it failed after the list omitted it, so that its integration was not deleted. */
  readonly isLeaving: boolean;
  /** The merchant's drift report, if the run was a drift check. */
  readonly report: MerchantReport | null;
}

export interface ShardResult {
  readonly stack: string;
  readonly state: ShardState;
  readonly attempts: number;
  /** The worker of the last attempt; null before the first one. */
  readonly worker: string | null;
  readonly endedAt: Date | null;
  readonly errors: readonly string[];
  /** The stack's drift report without its merchants, if the run was a drift check. */
  readonly report: Omit<StackReport, "merchants"> | null;
  readonly merchants: readonly MerchantResult[];
}

export interface RunResult {
  readonly id: string;
  readonly project: string;
  readonly operation: Operation;
  readonly requestedAt: Date;
  readonly shards: readonly ShardResult[];
}

export interface RunSummary extends EndedShards {
  readonly run: string;
  readonly operation: Operation;
  readonly requestedAt: Date;
  readonly shards: number;
  /** Waiting or in progress. */
  readonly open: number;
}

/** All runs, the newest first. */
export async function listRuns(statements: Statements): Promise<RunSummary[]> {
  const { rows } = await statements.query<RunSummary>(`${runSummaries} order by requested_at desc`);
  return rows;
}

/** The ID of the newest run; undefined if there is none. */
export async function lastRunId(statements: Statements): Promise<string | undefined> {
  const { rows } = await statements.query<{ id: string }>(
    `select id from ${schema}.run order by requested_at desc limit 1`,
  );
  return rows[0]?.id;
}

/** @throws FleetError if the run does not exist any more. */
async function summaryOf(statements: Statements, runId: string): Promise<RunSummary> {
  // Compared as text, so that a user's ID that is not a UUID is an unknown run, and no error of PostgreSQL.
  const { rows } = await statements.query<RunSummary>(
    `select * from (${runSummaries}) as summary where run::text = $1`,
    [runId],
  );
  const [summary] = rows;
  if (summary === undefined) throw unknownRun();
  return summary;
}

const runSummaries = `
    select id as run, operation, requested_at as "requestedAt", count(*)::integer as shards,
           (count(*) filter (where ${openCondition}))::integer as open, ${endedShardColumns}
      from ${schema}.run join ${schema}.run_shard on run_id = id group by id, operation, requested_at`;

export interface RunProgress extends RunSummary {
  /** The shards that are retried or wait for a retry, with the errors of the last attempt. */
  readonly retried: readonly { readonly stack: string; readonly errors: readonly string[] }[];
  /** Number of merchants with a result so far. */
  readonly merchants: number;
  /** Number of workers that process a shard, also of another run. */
  readonly activeWorkers: number;
}

/** @throws FleetError if the run does not exist any more. */
export async function progressOf(statements: Statements, runId: string): Promise<RunProgress> {
  const summary = await summaryOf(statements, runId);
  const { rows } = await statements.query<Omit<RunProgress, keyof RunSummary>>(
    `select (select count(*) from ${schema}.result where run_id = $1)::integer as merchants,
            (select count(distinct holder) from ${schema}.claim where ${aliveCondition})::integer as "activeWorkers",
            array(select jsonb_build_object('stack', stack, 'errors', errors)
                    from ${schema}.run_shard join ${schema}.shard on shard.id = shard_id
                   where run_id = $1 and ${openCondition} and errors <> '{}' order by stack) as retried`,
    [runId],
  );
  return { ...summary, ...(rows[0] as (typeof rows)[number]) };
}

/** The SQL column of a merchant's drift report. A list can have renamed the merchant since the check, and acceptances have its current name. */
const currentReport = "result.report || jsonb_build_object('name', merchant) as report";

/** @throws FleetError if the run does not exist, or has a drift report of another version of the package. */
export async function readRun(statements: Statements, id: string): Promise<RunResult> {
  const { rows: runs } = await statements.query<{ project: string; operation: Operation; requestedAt: Date }>(
    `select project, operation, requested_at as "requestedAt" from ${schema}.run, ${schema}.settings where id::text = $1`,
    [id],
  );
  const [run] = runs;
  if (run === undefined) throw unknownRun();
  const { rows: shards } = await statements.query<Omit<ShardResult, "merchants"> & { id: number }>(
    `select shard.id, stack, state, attempts, worker, ended_at as "endedAt", errors, report
       from ${schema}.run_shard join ${schema}.shard on shard.id = shard_id where run_id = $1 order by stack`,
    [id],
  );
  const { rows: merchants } = await statements.query<MerchantResult & { shard_id: number }>(
    `select shard_id, merchant as name, status, properties, message, ${currentReport},
            status = 'failed' and exists (select from ${schema}.merchant
                     where merchant.shard_id = result.shard_id and result.merchant = any(name || former_names) and leaving_since <= known_at) as "isLeaving"
       from ${schema}.result where run_id = $1 order by merchant`,
    [id],
  );
  const byShard = Map.groupBy(merchants, (merchant) => merchant.shard_id);
  return {
    id,
    ...run,
    shards: shards.map(({ id: shardId, ...shard }) => ({
      ...shard,
      report: storedReport(stackReport.omit({ merchants: true }), shard.report),
      merchants: (byShard.get(shardId) ?? []).map(({ shard_id: _, ...merchant }) => ({
        ...merchant,
        report: storedReport(merchantReport, merchant.report),
      })),
    })),
  };
}

/** The last drift check before a run that has ended, of the same kind and for all shards of the run; undefined if there is none. */
export async function checkBefore(
  statements: Statements,
  { id, operation, requestedAt }: RunResult,
): Promise<RunResult | undefined> {
  const ofRun = `select shard_id from ${schema}.run_shard where run_id`;
  const { rows } = await statements.query<{ id: string }>(
    `select id from ${schema}.run
      where operation = $1 and requested_at < $2
        and not exists (${ofRun} = $3 except ${ofRun} = run.id and state in ('done', 'failed'))
      order by requested_at desc limit 1`,
    [operation, requestedAt, id],
  );
  const [run] = rows;
  return run && readRun(statements, run.id);
}

/**
 * The last reports of the merchants that a check could not read, by stack: those of the last check of the same kind that could. Reports of other
 * versions of the package are omitted.
 */
export async function lastReadReports(
  statements: Statements,
  { id, operation, requestedAt, shards }: RunResult,
): Promise<Map<string, MerchantReport[]>> {
  const isRead = "status not in ('revoked', 'unreachable')";
  const { rows } = await statements.query<{ stack: string; report: unknown }>(
    `select distinct on (merchant) stack, ${currentReport}
       from ${schema}.result join ${schema}.run on run.id = run_id join ${schema}.shard on shard.id = shard_id
      where operation = $1 and requested_at < $2 and ${isRead} and stack = any($3)
        and merchant not in (select merchant from ${schema}.result where run_id = $4 and ${isRead})
      order by merchant, requested_at desc`,
    [operation, requestedAt, shards.map(({ stack }) => stack), id],
  );
  const known = rows.flatMap(({ stack, report }) => {
    const { data } = merchantReport.safeParse(report);
    return data === undefined ? [] : { stack, report: data };
  });
  const byStack = Map.groupBy(known, ({ stack }) => stack);
  return new Map([...byStack].map(([stack, rest]) => [stack, rest.map(({ report }) => report)]));
}

/** A drift report that a worker has stored. @throws FleetError if a worker with another version of the package wrote it. */
function storedReport<Report>(shape: ZodType<Report>, report: unknown): Report | null {
  const { success, data } = shape.nullable().safeParse(report);
  if (success) return data;
  throw new FleetError(
    `a worker with another version of pulumi-pinterest wrote a drift report of this run. Update the package here and on all workers, then run \`${ownCommand} fleet drift\``,
  );
}

export interface HistoryEntry extends Pick<MerchantResult, "status" | "properties" | "message"> {
  readonly run: string;
  readonly operation: Operation;
  readonly at: Date;
}

/** The last 50 results of a merchant, the newest first. */
export async function historyOf(statements: Statements, merchant: string): Promise<HistoryEntry[]> {
  const { rows } = await statements.query<HistoryEntry>(
    `select run_id as run, operation, known_at as at, status, properties, message
       from ${schema}.result join ${schema}.run on run.id = run_id
      where merchant = $1 order by known_at desc limit 50`,
    [merchant],
  );
  return rows;
}

/** The drift checks before a run that reached all shards. */
const earlierChecks = `select * from ${schema}.run
  where operation in ('drift', 'drift --from-state') and requested_at < (select requested_at from ${schema}.run where id = $1)
    and not exists (select from ${schema}.run_shard where run_id = run.id and state not in ('done', 'failed'))`;

/**
 * Number of merchants by state in the last drift checks before a run, the newest first. Those in sync with pending changes count as pending, and others
 * with pending changes count twice, as in the counts of a report.
 */
export async function checksBefore(statements: Statements, runId: string, atMost: number) {
  const { rows } = await statements.query<{ at: Date; counts: Readonly<Record<string, number>> }>(
    `select requested_at as at, jsonb_object_agg(state, merchants) as counts
       from (select run_id, requested_at, state, count(*) as merchants
               from (${earlierChecks} order by requested_at desc limit $2) as check_before join ${schema}.result on run_id = id
                    cross join lateral unnest(case when report -> 'pending' <> '[]' and status in ('in-sync', 'pending') then array['pending']
                                                   when report -> 'pending' <> '[]' then array[status, 'pending'] else array[status] end) as state
              group by run_id, requested_at, state) as counted
      group by run_id, requested_at order by requested_at desc`,
    [runId, atMost],
  );
  return rows;
}

/**
 * The results of merchants in drift checks before a run, the newest first, except for those that equal the result before. Properties in reports of other
 * versions of the package are omitted.
 */
export async function changesBefore(statements: Statements, runId: string, merchants: readonly string[]) {
  const { rows } = await statements.query<{
    merchant: string;
    at: Date;
    status: DriftStatus;
    properties: unknown;
  }>(
    `select merchant, at, status, properties
       from (select merchant, known_at as at, status, report -> 'properties' as properties,
                    (lag(status) over earlier, lag(report -> 'properties') over earlier)
                      is distinct from (status, report -> 'properties') as is_change
               from (${earlierChecks}) as check_before join ${schema}.result on run_id = id
              where merchant = any($2) window earlier as (partition by merchant order by known_at)) as listed
      where is_change order by at desc`,
    [runId, merchants],
  );
  return rows.map(({ properties, ...row }) => {
    const { data = [] } = merchantReport.shape.properties.safeParse(properties);
    return { ...row, properties: data };
  });
}

export interface ShardStatus extends Pick<ShardSize, "stack" | "pending"> {
  /** Merchants of the list. */
  readonly merchants: number;
  /** Merchants that left the list. The next update deletes their integrations. */
  readonly leaving: number;
  /** Merchants whose integration the next update replaces. */
  readonly replaced: number;
  /** The worker that runs its engine; null if there is none. */
  readonly worker: string | null;
  readonly since: Date | null;
  /** The worker of the last attempt; null before the first one. */
  readonly lastWorker: string | null;
  /** The last run of the shard, and its state. */
  readonly operation: Operation | null;
  readonly state: string | null;
  readonly endedAt: Date | null;
}

export async function shardStatuses(statements: Statements): Promise<ShardStatus[]> {
  const { rows } = await statements.query<ShardStatus>(
    `select stack, merchants, leaving, replaced, pending, holder as worker, since, last.worker as "lastWorker", operation, state, ended_at as "endedAt"
       from ${schema}.shard
       cross join lateral (
         select (count(*) filter (where leaving_since is null))::integer as merchants,
                (count(*) filter (where leaving_since is not null))::integer as leaving,
                (count(*) filter (where leaving_since is null and ${replacedCondition("merchant")}))::integer as replaced,
                (count(*) filter (where ${pendingCondition}))::integer as pending
           from ${schema}.merchant where shard_id = shard.id) as counted
       left join ${schema}.claim on claim.shard_id = shard.id and ${aliveCondition}
       left join lateral (
         select operation, state, worker, ended_at
           from ${schema}.run_shard join ${schema}.run on run.id = run_id
          where run_shard.shard_id = shard.id order by requested_at desc limit 1) as last on true
      order by stack`,
  );
  return rows;
}
