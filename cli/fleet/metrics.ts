import { FleetError } from "../../fleet/fleet-error";
import { readAccepted } from "../../fleet/store/accepted";
import type { Statements } from "../../fleet/store/database";
import { type EndedRun, type LastCheck, lastChecks, lastEndedRuns } from "../../fleet/store/metrics";
import { readRun, type ShardStatus, shardStatuses } from "../../fleet/store/results";
import { replaceFiles } from "../../provider/base/files";
import { UsageError } from "../../stack/command-error";
import { stateOf } from "../../stack/findings";
import { type DriftStatus, driftStatus } from "../../stack/report";
import { problemWithFile } from "../options";
import type { CommandIo } from "../terminal";
import { withFleet } from "./access";
import { reportOf } from "./print-drift";

/** `pulumi-pinterest fleet metrics` */
export async function metrics(
  { file }: { readonly file?: string },
  { terminal, environment }: CommandIo,
): Promise<void> {
  const problem = file === undefined ? undefined : problemWithFile(file);
  if (problem !== undefined) throw new UsageError(`--file: ${problem}`);
  await withFleet(environment, async ({ database: { statements } }) => {
    const shards = await shardStatuses(statements);
    const checks = await lastChecks(statements);
    const statuses = await checkedStatuses(statements, checks);
    const text = openMetrics(familiesOf(shards, checks, statuses, await lastEndedRuns(statements)));
    if (file === undefined) terminal.out(text.trimEnd());
    else {
      try {
        replaceFiles([{ path: file, text }]);
      } catch (error) {
        throw new FleetError(`--file: ${file} cannot be written: ${(error as Error).message}`);
      }
    }
  });
}

/** The statuses of the merchants in the last check of their shard. */
async function checkedStatuses(statements: Statements, checks: readonly LastCheck[]): Promise<DriftStatus[]> {
  const statuses: DriftStatus[] = [];
  const acceptances = await readAccepted(statements);
  for (const [id, ofRun] of Map.groupBy(checks, ({ run }) => run)) {
    const run = await readRun(statements, id);
    const shards = run.shards.filter(({ stack }) => ofRun.some((check) => check.stack === stack));
    const { stacks } = reportOf({ ...run, shards }, { acceptances });
    statuses.push(...stacks.flatMap(({ merchants }) => merchants.map(stateOf)));
  }
  return statuses;
}

/** A gauge of the OpenMetrics format: https://prometheus.io/docs/specs/om/open_metrics_spec/ */
interface Gauge {
  readonly name: string;
  /** The end of the name, if the values have a unit. */
  readonly unit?: "seconds";
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  /** Values that are known in advance, because each combination is a time series. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const shardStates = ["never", "queued", "running", "done", "failed", "canceled"] as const;

function familiesOf(
  shards: readonly ShardStatus[],
  checks: readonly LastCheck[],
  statuses: readonly DriftStatus[],
  runs: readonly EndedRun[],
): Gauge[] {
  const sum = (of: (shard: ShardStatus) => number) => [
    { value: shards.reduce((all, one) => all + of(one), 0) },
  ];
  const ofRuns = (value: (run: EndedRun) => number) =>
    runs.map((run) => ({ labels: { operation: run.operation }, value: value(run) }));
  const unchecked = shards.filter(
    ({ stack, merchants, leaving }) =>
      merchants + leaving > 0 && checks.every((check) => check.stack !== stack),
  );
  const ends = checks.map(({ endedAt }) => endedAt.getTime());
  return [
    { name: "merchants", help: "Merchants in the list.", samples: sum(({ merchants }) => merchants) },
    {
      name: "pending_merchants",
      help: "Merchants that differ from the last update, including leaving ones.",
      samples: sum(({ pending }) => pending),
    },
    {
      name: "leaving_merchants",
      help: "Merchants that left the list. The next update deletes their integrations.",
      samples: sum(({ leaving }) => leaving),
    },
    {
      name: "checked_merchants",
      help: "Merchants by their status in the last drift check of their shard.",
      samples: driftStatus.options.map((status) => ({
        labels: { status },
        value: statuses.filter((one) => one === status).length,
      })),
    },
    {
      name: "shards",
      help: "Shards by the state of their last run.",
      samples: shardStates.map((state) => ({
        labels: { state },
        value: shards.filter((shard) => (shard.state ?? "never") === state).length,
      })),
    },
    {
      name: "unchecked_shards",
      help: "Shards with merchants that no drift check has finished.",
      samples: [{ value: unchecked.length }],
    },
    {
      name: "oldest_check_timestamp_seconds",
      unit: "seconds",
      help: "End of the last drift check of the shard that waits longest for another one.",
      samples: ends.length === 0 ? [] : [{ value: Math.min(...ends) / 1000 }],
    },
    {
      name: "last_run_end_timestamp_seconds",
      unit: "seconds",
      help: "End of the last finished run.",
      samples: ofRuns(({ endedAt }) => endedAt.getTime() / 1000),
    },
    {
      name: "last_run_duration_seconds",
      unit: "seconds",
      help: "Time from the request to the end of the last finished run, including the wait for workers.",
      samples: ofRuns(({ requestedAt, endedAt }) => (endedAt.getTime() - requestedAt.getTime()) / 1000),
    },
    {
      name: "last_run_attempts",
      help: "Attempts at the shards of the last finished run.",
      samples: ofRuns(({ attempts }) => attempts),
    },
    {
      name: "last_run_shards",
      help: "Shards of the last finished run by their state.",
      samples: runs.flatMap(({ operation, ...run }) =>
        (["done", "failed", "canceled"] as const).map((state) => ({
          labels: { operation, state },
          value: run[state],
        })),
      ),
    },
  ];
}

const prefix = "pinterest_fleet_";

/** The text of an OpenMetrics file. Prometheus' older text format has the same lines for gauges. */
function openMetrics(gauges: readonly Gauge[]): string {
  const lines = gauges
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, unit, help, samples }) => [
      `# TYPE ${prefix}${name} gauge`,
      ...(unit === undefined ? [] : [`# UNIT ${prefix}${name} ${unit}`]),
      `# HELP ${prefix}${name} ${help}`,
      ...samples.map(({ labels = {}, value }) => {
        // The values need no escapes, because they are states, statuses and operations.
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
        return `${prefix}${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
      }),
    ]);
  return [...lines, "# EOF", ""].join("\n");
}
