import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { initialize } from "../../fleet/store/settings";
import { openCap } from "../../fleet/worker/cap";
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
  const caps = [await openCap(database, () => {}), await openCap(database, () => {})];
  const from = performance.now();
  const grants = caps.flatMap(({ socketPath }) => {
    const gate = gateOf(socketPath);
    return Array.from({ length: 6 }, () => gate(never));
  });
  await Promise.all(grants);
  // Twelve take three windows of a second, of which the first begins with the first request; a slow machine takes longer, never shorter.
  expect(performance.now() - from).toBeGreaterThan(1_900);
  for (const cap of caps) await cap.close();
});

test("waits for nothing and loads no limiter without a limit", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const cap = await openCap(database, () => {});
  await Promise.all(Array.from({ length: 200 }, () => gateOf(cap.socketPath)(never)));
  const { rows } = await database.statements.query(
    "select to_regclass('pinterest_fleet.request_limit') as made",
  );
  expect(rows).toEqual([{ made: null }]);
  await cap.close();
});

test("sends no request and logs a message if the limit cannot be enforced", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const told: string[] = [];
  const cap = await openCap(database, (line) => told.push(line), 10);
  await database.statements.query("create domain pinterest_fleet.request_limit as integer");
  await initialize(database, passphrase, { requestsPerSecond: 100 });
  const nextFailure = async () => {
    const before = told.length;
    while (told.length === before) await setTimeout(10);
  };
  await nextFailure();
  const arrived = arrival();
  const outcome = gateOf(cap.socketPath)(never).then(
    () => "sent",
    () => "refused",
  );
  await arrived;
  await nextFailure();
  expect(await Promise.race([outcome, "waiting"])).toBe("waiting");
  await cap.close();
  expect(await outcome).toBe("refused");
  expect(told[0]).toContain("cannot read the limit on requests: ");
});

test("lets a process without a limit send at once, and fails if its worker is gone", async () => {
  expect(sharedRequestGate({})).toBeUndefined();
  await expect(gateOf("/no/such/socket")(never)).rejects.toThrow("ENOENT");
});
