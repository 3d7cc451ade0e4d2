import { spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { initialize } from "../../fleet/store/settings";
import { openRequestLimit } from "../../fleet/worker/request-limit";
import {
  type RequestGate,
  requestLimiterVariable,
  sharedRequestGate,
} from "../../provider/api/fleet-environment";
import { test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

const never = new AbortController().signal;

const gateOf = (socketPath: string) =>
  sharedRequestGate({ [requestLimiterVariable]: socketPath }) as RequestGate;

/** Resolves when a request arrives at an HTTP server of this process. */
function arrival(): Promise<void> {
  const channel = "http.server.request.start";
  return new Promise((resolve) => {
    const onStart = () => {
      unsubscribe(channel, onStart);
      resolve();
    };
    subscribe(channel, onStart);
  });
}

test("limits the requests per second of all workers together", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { requestsPerSecond: 5 });
  const limits = [await openRequestLimit(database, () => {}), await openRequestLimit(database, () => {})];
  const from = performance.now();
  const grants = limits.flatMap(({ socketPath }) => {
    const gate = gateOf(socketPath);
    return Array.from({ length: 6 }, () => gate(never));
  });
  await Promise.all(grants);
  // Twelve take three windows of a second, of which the first begins with the first request; a slow machine takes longer, never shorter.
  expect(performance.now() - from).toBeGreaterThan(1_900);
  for (const limit of limits) await limit.close();
});

test("waits for nothing and loads no limiter without a limit", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const limit = await openRequestLimit(database, () => {});
  await Promise.all(Array.from({ length: 200 }, () => gateOf(limit.socketPath)(never)));
  const { rows } = await database.statements.query(
    "select to_regclass('pinterest_fleet.request_limit') as made",
  );
  expect(rows).toEqual([{ made: null }]);
  await limit.close();
});

test("sends no request and logs a message if the limit cannot be enforced", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const told: string[] = [];
  const limit = await openRequestLimit(database, (line) => told.push(line), 10);
  await database.statements.query("create domain pinterest_fleet.request_limit as integer");
  await initialize(database, passphrase, { requestsPerSecond: 100 });
  const nextFailure = async () => {
    const before = told.length;
    while (told.length === before) await setTimeout(10);
  };
  await nextFailure();
  const arrived = arrival();
  const outcome = gateOf(limit.socketPath)(never).then(
    () => "sent",
    () => "refused",
  );
  await arrived;
  await nextFailure();
  expect(await Promise.race([outcome, "waiting"])).toBe("waiting");
  await limit.close();
  expect(await outcome).toBe("refused");
  expect(told[0]).toContain("cannot read the limit on requests: ");
});

test("deletes the socket of a killed worker, and keeps that of a running one", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const running = await openRequestLimit(database, () => {});
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-limit-"));
  const script = `require("node:net").createServer().listen(${JSON.stringify(join(directory, "socket"))}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
  expect(existsSync(join(directory, "socket"))).toBe(true);
  const limit = await openRequestLimit(database, () => {});
  expect(existsSync(directory)).toBe(false);
  await gateOf(running.socketPath)(never);
  await running.close();
  await limit.close();
});

test("lets a process without a limit send at once, and fails if its worker has ended", async () => {
  expect(sharedRequestGate({})).toBeUndefined();
  await expect(gateOf("/no/such/socket")(never)).rejects.toThrow("ENOENT");
});
