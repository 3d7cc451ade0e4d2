import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FleetLab, shops } from "./helpers/fleet-lab";
import { ProviderProcesses } from "./helpers/provider-processes";

let fleet: FleetLab;
let processes: ProviderProcesses;

beforeAll(async () => {
  fleet = await FleetLab.open();
  processes = new ProviderProcesses(fleet.lab);
  // However slow the machine is, no request is given up while it is held.
  fleet.lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
  await fleet.fleet(["init", "--shard-size", "4"]);
});

afterAll(() => fleet.close());

interface RunDocument {
  readonly shards: { state: string; attempts: number; merchants: { name: string; status: string }[] }[];
}

/** Settles when so many requests of a method have come. */
function reached(method: string, times = 1): Promise<void> {
  let left = times;
  return new Promise((resolve) => {
    const stop = fleet.lab.emulator.onRequest((request) => {
      if (request.method !== method) return;
      left -= 1;
      if (left > 0) return;
      stop();
      resolve();
    });
  });
}

/** What Pinterest has, by id, with each one's number: another number is another connection. */
function connections(): Record<string, string> {
  return Object.fromEntries(
    fleet.lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]),
  );
}

test("the shard of a worker that was killed goes to another one, which settles what was under way", async () => {
  await fleet.plan(shops(4));
  const fault = fleet.lab.emulator.armFault({
    kind: "slow",
    operation: "create",
    skip: 1,
    times: "all",
    commit: true,
  });
  const creating = reached("POST");
  const first = fleet.work();
  const update = fleet.fleet(["up", "--yes", "--json"]);
  await creating;
  first.kill("SIGKILL");
  await first.ended;
  await processes.ended(processes.started());
  fleet.lab.emulator.disarmFaults(fault.number);
  fleet.lab.emulator.release();
  const before = connections();
  const second = fleet.work();
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(shards.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
    { state: "done", attempts: 2 },
  ]);
  // What the killed one had not only made, but written down, is as it was left.
  for (const { status } of shards[0]?.merchants ?? []) expect(["created", "same"]).toContain(status);
  expect(Object.keys(connections()).sort()).toEqual(["id-1", "id-2", "id-3", "id-4"]);
  // What the killed one had made was found, and not made again.
  expect(connections()).toMatchObject(before);
  expect(await fleet.rows("select * from pinterest_fleet.engine")).toEqual([]);
  second.kill("SIGTERM");
  expect((await second.ended).exitCode).toBe(0);
});

test("a worker that is ended lets its engine finish what is under way, and another one goes on", async () => {
  await fleet.plan(shops(4, { connectedTagId: "77" }));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
  const first = fleet.work();
  const update = fleet.fleet(["up", "--yes", "--json"]);
  await reached("PATCH");
  first.kill("SIGTERM");
  await first.until(/ends/);
  fleet.lab.emulator.release(fault.number);
  expect((await first.ended).exitCode).toBe(0);
  expect(processes.left()).toEqual([]);
  const second = fleet.work();
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(shards.map(({ state }) => state)).toEqual(["done"]);
  const tags = fleet.lab.emulator.integrations().map(({ connected_tag_id }) => connected_tag_id);
  expect(tags).toEqual(["77", "77", "77", "77"]);
  second.kill("SIGTERM");
  await second.ended;
});

test("PostgreSQL that is restarted in the middle of an update loses nothing of it", async () => {
  await fleet.plan(shops(4, { connectedTagId: "88" }));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", skip: 1, times: 1 });
  const worker = fleet.work();
  const update = fleet.fleet(["up", "--yes", "--json"]);
  await reached("PATCH", 2);
  await fleet.postgres.restart();
  fleet.lab.emulator.release(fault.number);
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(shards.map(({ state }) => state)).toEqual(["done"]);
  const tags = fleet.lab.emulator.integrations().map(({ connected_tag_id }) => connected_tag_id);
  expect(tags).toEqual(["88", "88", "88", "88"]);
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});
