import { expect } from "@jest/globals";
import { initialize } from "../../provider/fleet/store/settings";
import { openCap } from "../../provider/fleet/worker/cap";
import { capVariable, type RequestGate, sharedCap } from "../../provider/pinterest/shared-cap";
import { test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

const never = new AbortController().signal;

const gateOf = (socketPath: string) => sharedCap({ [capVariable]: socketPath }) as RequestGate;

test("all workers together send no more a second than the fleet may", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { requestsPerSecond: 5 });
  const caps = [await openCap(database), await openCap(database)];
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

test("where there is no cap, nobody waits, and the limiter is not asked for", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  const cap = await openCap(database);
  await Promise.all(Array.from({ length: 200 }, () => gateOf(cap.socketPath)(never)));
  const { rows } = await database.statements.query(
    "select to_regclass('pinterest_fleet.request_limit') as made",
  );
  expect(rows).toEqual([{ made: null }]);
  await cap.close();
});

test("who gives up waiting takes nobody's turn", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { requestsPerSecond: 1 });
  const cap = await openCap(database);
  const gate = gateOf(cap.socketPath);
  await gate(never);
  const controller = new AbortController();
  const waiting = gate(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toThrow();
  await gate(never);
  await cap.close();
});

test("a process without a cap has no gate, and one whose worker is gone says so", async () => {
  expect(sharedCap({})).toBeUndefined();
  await expect(gateOf("/no/such/socket")(never)).rejects.toThrow("ENOENT");
});
