import { setTimeout } from "node:timers/promises";
import { expect, jest } from "@jest/globals";
import { Outage } from "../../fleet/outage";
import type { Database } from "../../fleet/store/database";
import { initialize } from "../../fleet/store/settings";
import { openRequestLimit } from "../../fleet/worker/request-limit";
import type { RequestGate } from "../../provider/api";
import { hostOf } from "../../provider/run/run-context";
import { postgresResponds } from "../expected/reports";
import { test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

/** A signal that is never aborted. */
const noAbort = new AbortController().signal;

/** The gate of a process whose run context names this socket. */
function gateOf(socketPath: string): RequestGate["wait"] {
  const context = { declaredIn: "merchant list", requestLimiter: socketPath } as const;
  return (hostOf({ environment: {}, context }).gate as RequestGate).wait;
}

/** Whether a request has reserved its time, because a limit applies. */
async function hasReservation({ statements }: Database): Promise<boolean> {
  const { rows } = await statements.query(
    "select from pinterest_fleet.settings where next_request_at is not null",
  );
  return rows.length > 0;
}

test("limits the requests per second of all workers together", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { requestsPerSecond: 20 });
  const limits = [await openRequestLimit(database, () => {}), await openRequestLimit(database, () => {})];
  const startedAt = performance.now();
  const grants = limits.flatMap(({ socketPath }) => {
    const gate = gateOf(socketPath);
    return Array.from({ length: 6 }, () => gate(noAbort));
  });
  await Promise.all(grants);
  // Twelve requests have eleven intervals of 50 ms. They really pass, because PostgreSQL's clock sets the times.
  expect(performance.now() - startedAt).toBeGreaterThan(540);
  for (const limit of limits) await limit.close();
});

test("sends all requests at once without a limit, and applies a changed setting", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const limit = await openRequestLimit(database, () => {}, 10);
  const gate = gateOf(limit.socketPath);
  await Promise.all(Array.from({ length: 200 }, () => gate(noAbort)));
  await initialize(database, passphrase, { requestsPerSecond: 20 });
  while (!(await hasReservation(database))) await gate(noAbort);
  // The next request starts an interval of 50 ms.
  await gate(noAbort);
  const startedAt = performance.now();
  for (let request = 0; request < 4; request++) await gate(noAbort);
  expect(performance.now() - startedAt).toBeGreaterThan(190);
  await limit.close();
});

test("sends no request while the limit cannot be enforced, and logs why, once, and the end", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { requestsPerSecond: 100 });
  const log: string[] = [];
  const failedReads = jest.spyOn(Outage.prototype, "begin");
  const limit = await openRequestLimit(database, (line) => log.push(line), 10);
  await database.statements.query("alter table pinterest_fleet.settings rename to unreachable");
  const outcome = gateOf(limit.socketPath)(noAbort).then(
    () => "sent",
    () => "refused",
  );
  while (failedReads.mock.calls.length < 10) await setTimeout(10);
  expect(await Promise.race([outcome, "waiting"])).toBe("waiting");
  expect(log).toEqual([
    'the fleet\'s tables are missing (relation "pinterest_fleet.settings" does not exist); the worker tries again',
  ]);
  await database.statements.query("alter table pinterest_fleet.unreachable rename to settings");
  expect(await outcome).toBe("sent");
  while (log.length === 1) await setTimeout(10);
  await limit.close();
  expect(log.slice(1)).toEqual([postgresResponds]);
});

test("fails if its worker has ended", async () => {
  await expect(gateOf("/no/such/socket")(noAbort)).rejects.toThrow("ENOENT");
});
