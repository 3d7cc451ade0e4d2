import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { metrics } from "../../../cli/fleet/metrics";
import type { Operation } from "../../../fleet/outcome";
import type { Database } from "../../../fleet/store/database";
import { storeOutcome } from "../../../fleet/store/outcome";
import { addRun, endAttempt, startAttempt } from "../../../fleet/store/runs";
import { readIdentity } from "../../../fleet/store/settings";
import type { MerchantReport } from "../../../stack/report";
import { merchants, passphrase, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { temporaryDirectory } from "../../temporary-directory";
import { test } from "../../with-postgres";
import { merchant } from "../drift/helpers/example";
import { recordingTerminal } from "../helpers/terminal";

const server = new TestDatabase();

async function written(file?: string): Promise<string> {
  const terminal = recordingTerminal();
  const environment = { PINTEREST_FLEET_DATABASE: server.url, PINTEREST_FLEET_PASSPHRASE: passphrase };
  await metrics(file === undefined ? {} : { file }, { terminal, environment });
  return terminal.output();
}

/** A run that starts at a second after 2026-12-01, and whose shards take ten seconds. A shard without reports is in progress. */
async function run(
  { statements }: Database,
  operation: Operation,
  second: number,
  shards: Record<number, readonly MerchantReport[] | "in progress">,
): Promise<void> {
  const runId = randomUUID();
  await addRun(statements, runId, operation, Object.keys(shards).map(Number));
  for (const [id, found] of Object.entries(shards)) {
    const job = { runId, shardId: Number(id) };
    await startAttempt(statements, job, "vm-1", await readIdentity(statements));
    if (found === "in progress") continue;
    await storeOutcome(
      statements,
      job,
      { merchants: [], readAt: "" },
      {
        operation,
        merchants: found.map((report) => ({ name: report.name, status: "in-sync", properties: [], report })),
        errors: [],
        interrupted: false,
      },
    );
    await endAttempt(statements, job, { kind: "done", errors: [] });
  }
  await statements.query(
    "update pinterest_fleet.run set requested_at = timestamptz '2026-12-01Z' + make_interval(secs => $2) where id = $1",
    [runId, second],
  );
  await statements.query(
    `update pinterest_fleet.run_shard set ended_at = timestamptz '2026-12-01Z' + make_interval(secs => $2 + 10)
      where run_id = $1 and ended_at is not null`,
    [runId, second],
  );
}

test("writes the last check of each shard, the last ended runs and the states of the shards", async () => {
  const database = await server.open();
  await (await TestFleet.create(database, 2)).plan(merchants("a", "b", "c", "d", "e"));
  await run(database, "drift", 0, {
    1: [merchant("a", { status: "drifted" }), merchant("b")],
    2: [merchant("c", { status: "missing" }), merchant("d", { pending: ["create"] })],
  });
  await run(database, "drift --from-state", 60, { 1: [merchant("a"), merchant("b", { status: "revoked" })] });
  // The check has not finished.
  await run(database, "drift", 120, { 1: [merchant("a"), merchant("b")], 2: "in progress" });
  await run(database, "drift --from-state", 180, { 1: "in progress" });
  const text = await written();
  expect(text).toBe(`# TYPE pinterest_fleet_merchants gauge
# HELP pinterest_fleet_merchants Merchants in the list.
pinterest_fleet_merchants 5
# TYPE pinterest_fleet_pending_merchants gauge
# HELP pinterest_fleet_pending_merchants Merchants that differ from the last update, including leaving ones.
pinterest_fleet_pending_merchants 5
# TYPE pinterest_fleet_leaving_merchants gauge
# HELP pinterest_fleet_leaving_merchants Merchants that left the list. The next update deletes their integrations.
pinterest_fleet_leaving_merchants 0
# TYPE pinterest_fleet_checked_merchants gauge
# HELP pinterest_fleet_checked_merchants Merchants by their status in the last drift check of their shard.
pinterest_fleet_checked_merchants{status="in-sync"} 2
pinterest_fleet_checked_merchants{status="pending"} 1
pinterest_fleet_checked_merchants{status="drifted"} 0
pinterest_fleet_checked_merchants{status="missing"} 1
pinterest_fleet_checked_merchants{status="accepted"} 0
pinterest_fleet_checked_merchants{status="revoked"} 0
pinterest_fleet_checked_merchants{status="unreachable"} 0
# TYPE pinterest_fleet_shards gauge
# HELP pinterest_fleet_shards Shards by the state of their last run.
pinterest_fleet_shards{state="never"} 1
pinterest_fleet_shards{state="queued"} 0
pinterest_fleet_shards{state="running"} 2
pinterest_fleet_shards{state="done"} 0
pinterest_fleet_shards{state="failed"} 0
pinterest_fleet_shards{state="canceled"} 0
# TYPE pinterest_fleet_unchecked_shards gauge
# HELP pinterest_fleet_unchecked_shards Shards with merchants that no drift check has finished.
pinterest_fleet_unchecked_shards 1
# TYPE pinterest_fleet_oldest_check_timestamp_seconds gauge
# UNIT pinterest_fleet_oldest_check_timestamp_seconds seconds
# HELP pinterest_fleet_oldest_check_timestamp_seconds End of the last drift check of the shard that waits longest for another one.
pinterest_fleet_oldest_check_timestamp_seconds 1796083210
# TYPE pinterest_fleet_last_run_end_timestamp_seconds gauge
# UNIT pinterest_fleet_last_run_end_timestamp_seconds seconds
# HELP pinterest_fleet_last_run_end_timestamp_seconds End of the last finished run.
pinterest_fleet_last_run_end_timestamp_seconds{operation="drift"} 1796083210
pinterest_fleet_last_run_end_timestamp_seconds{operation="drift --from-state"} 1796083270
# TYPE pinterest_fleet_last_run_duration_seconds gauge
# UNIT pinterest_fleet_last_run_duration_seconds seconds
# HELP pinterest_fleet_last_run_duration_seconds Time from the request to the end of the last finished run, including the wait for workers.
pinterest_fleet_last_run_duration_seconds{operation="drift"} 10
pinterest_fleet_last_run_duration_seconds{operation="drift --from-state"} 10
# TYPE pinterest_fleet_last_run_attempts gauge
# HELP pinterest_fleet_last_run_attempts Attempts at the shards of the last finished run.
pinterest_fleet_last_run_attempts{operation="drift"} 2
pinterest_fleet_last_run_attempts{operation="drift --from-state"} 1
# TYPE pinterest_fleet_last_run_shards gauge
# HELP pinterest_fleet_last_run_shards Shards of the last finished run by their state.
pinterest_fleet_last_run_shards{operation="drift",state="done"} 2
pinterest_fleet_last_run_shards{operation="drift",state="failed"} 0
pinterest_fleet_last_run_shards{operation="drift",state="canceled"} 0
pinterest_fleet_last_run_shards{operation="drift --from-state",state="done"} 1
pinterest_fleet_last_run_shards{operation="drift --from-state",state="failed"} 0
pinterest_fleet_last_run_shards{operation="drift --from-state",state="canceled"} 0
# EOF
`);
});

test("writes no metrics of runs and checks for a fleet without runs, and no names of merchants", async () => {
  await (await TestFleet.create(await server.open(), 2)).plan(merchants("merchant-a"));
  const text = await written();
  expect(text).toContain("pinterest_fleet_merchants 1\n");
  expect(text).not.toMatch(/merchant-a|last_run|oldest_check/);
});

test("replaces the file atomically, without a file that the collector would also read", async () => {
  const database = await server.open();
  await (await TestFleet.create(database, 1)).plan(merchants("a"));
  await run(database, "drift", 0, { 1: [merchant("a")] });
  const directory = temporaryDirectory();
  const [file, old] = [join(directory, "fleet.prom"), join(directory, "old")];
  writeFileSync(file, "before");
  linkSync(file, old);
  expect(await written(file)).toBe("");
  expect(readFileSync(file, "utf8")).toMatch(/\n# EOF\n$/);
  expect(readFileSync(old, "utf8")).toBe("before");
  expect(readdirSync(directory).sort()).toEqual(["fleet.prom", "old"]);
});
