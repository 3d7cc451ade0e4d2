import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { type Postgres, startPostgres } from "../postgres";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";
import { ProviderProcesses } from "./helpers/provider-processes";

/** A server that no other test file uses, because a test restarts it. */
let server: Postgres;
let fleet: FleetLab;
let processes: ProviderProcesses;

beforeAll(async () => {
  server = await startPostgres();
  fleet = await FleetLab.open(server);
  processes = new ProviderProcesses(fleet.lab);
  // Prevents requests that a test delays from timing out.
  fleet.lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
  await fleet.run(["init", "--shard-size", "2"]);
  await fleet.shortenRetryDelay();
});

afterAll(() => fleet.close());

/** Six shops. Shops 1 and 4, 2 and 5, and 3 and 6 share a shard. The shops of the first two shards have the given tag. */
function withTag(connectedTagId: string): Record<string, unknown>[] {
  return shops(6).map((shop, index) => ({ ...shop, connectedTagId: index % 3 < 2 ? connectedTagId : "66" }));
}

/** The tags at Pinterest of the shops that {@link withTag} changes. */
function changedTags(): Set<unknown> {
  const changed = ["id-1", "id-2", "id-4", "id-5"];
  return new Set(changed.map((id) => fleet.lab.emulator.integration(id)?.connected_tag_id));
}

interface RunDocument {
  readonly shards: { state: string; attempts: number; merchants: { name: string; status: string }[] }[];
}

/** Resolves when the emulator has received this number of requests with a method. */
function requestsReceived(method: string, times = 1): Promise<void> {
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

/** Delays the answers to all creates except the first. The emulator creates the integrations. @returns the number of the fault. */
function delayCreates(): number {
  const match = { kind: "slow", operation: "create", skip: 1, times: "all", commit: true } as const;
  return fleet.lab.emulator.armFault(match).number;
}

/** The integration IDs at Pinterest, by external business ID. A recreated integration has a new ID. */
function integrationIds(): Record<string, string> {
  return Object.fromEntries(
    fleet.lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]),
  );
}

test("other workers complete the update of workers that were killed in any phase", async () => {
  await fleet.plan(shops(6));
  const update = fleet.run(["up", "--yes", "--json"]);
  const first = fleet.startWorker();
  await fleet.waitForRows("select from pinterest_fleet.run_shard where attempts = 1");
  first.kill("SIGKILL");
  const fault = delayCreates();
  const creating = requestsReceived("POST", 2);
  const second = fleet.startWorker();
  await creating;
  second.kill("SIGKILL");
  fleet.lab.emulator.disarmFaults(fault);
  fleet.lab.emulator.release();
  const lock = await fleet.lockTable("pinterest_fleet.result");
  const third = fleet.startWorker();
  await lock.waitUntilContended();
  third.kill("SIGKILL");
  await Promise.all([first, second, third].map(({ ended }) => ended));
  while (processes.running().length > 0) await setTimeout(100);
  await lock.release();
  await fleet.expireHeartbeats();
  const before = integrationIds();
  const last = fleet.startWorker("--parallel", "3");
  const { stdout, stderr } = await update;
  expect(stderr).toMatch(/shard-0001 is retried: the worker \S+ stopped before the shard was done/);
  const { shards } = JSON.parse(stdout) as RunDocument;
  expect(shards.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
    shards.map(() => ({ state: "done", attempts: 2 })),
  );
  // A merchant is unchanged if a killed worker deployed it without storing the result.
  for (const { status } of shards.flatMap(({ merchants }) => merchants)) {
    expect(["created", "unchanged"]).toContain(status);
  }
  expect(Object.keys(integrationIds()).sort()).toEqual(
    shops(6).map(({ externalBusinessId }) => externalBusinessId),
  );
  // The last worker kept the integrations that killed workers had created.
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(3);
  expect(integrationIds()).toMatchObject(before);
  expect(await fleet.rows("select * from pinterest_fleet.engine")).toEqual([]);
  last.kill("SIGTERM");
  expect((await last.ended).exitCode).toBe(0);
});

test("a worker waits for a shard of another worker, and skips it if that worker has finished it", async () => {
  await fleet.plan(shops(6, { connectedTagId: "66" }));
  fleet.lab.emulator.clearRequests();
  // Simulates a running worker that the queue counts as dead.
  await fleet.execute(
    `insert into pinterest_fleet.engine (shard_id, claim, worker, alive_at)
     select id, gen_random_uuid(), 'another worker', now() + interval '1 hour' from pinterest_fleet.shard where stack <> 'shard-0003'`,
  );
  const worker = fleet.startWorker("--parallel", "3");
  const update = fleet.run(["up", "--yes", "--json"]);
  await worker.waitForLog(/shard-0003, attempt 1: finished up of 2 merchants/);
  await worker.waitForLog(/shard-0001, attempt 1: up starts/);
  await worker.waitForLog(/shard-0002, attempt 1: up starts/);
  expect(fleet.lab.writes().sort()).toEqual(["PATCH id-3", "PATCH id-6"]);
  await fleet.execute(
    "update pinterest_fleet.run_shard set state = 'done' where shard_id = 1 and state = 'queued'",
  );
  await fleet.execute("delete from pinterest_fleet.engine where worker = 'another worker'");
  await worker.waitForLog(/shard-0001, attempt 1: already done or canceled/);
  expect(JSON.parse((await update).stdout)).toMatchObject({
    shards: [
      { state: "done", attempts: 0 },
      { state: "done", attempts: 1 },
      { state: "done", attempts: 1 },
    ],
  });
  expect(fleet.lab.writes().sort()).toEqual(["PATCH id-2", "PATCH id-3", "PATCH id-5", "PATCH id-6"]);
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});

test("a worker that is terminated lets its engine finish, and another worker continues", async () => {
  await fleet.plan(withTag("77"));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
  const first = fleet.startWorker();
  const update = fleet.run(["up", "--yes", "--json"]);
  await requestsReceived("PATCH");
  first.kill("SIGTERM");
  await first.waitForLog(/stops/);
  fleet.lab.emulator.release(fault.number);
  expect((await first.ended).exitCode).toBe(0);
  expect(processes.running()).toEqual([]);
  const second = fleet.startWorker();
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(new Set(shards.map(({ state }) => state))).toEqual(new Set(["done"]));
  expect(changedTags()).toEqual(new Set(["77"]));
  second.kill("SIGTERM");
  await second.ended;
});

test("an update continues after a restart of PostgreSQL", async () => {
  await fleet.plan(withTag("88"));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", skip: 1, times: 1 });
  const worker = fleet.startWorker();
  const update = fleet.run(["up", "--yes", "--json"]);
  await requestsReceived("PATCH", 2);
  await server.restart();
  fleet.lab.emulator.release(fault.number);
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(new Set(shards.map(({ state }) => state))).toEqual(new Set(["done"]));
  expect(changedTags()).toEqual(new Set(["88"]));
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});

test("the next worker removes the lock of a machine that failed while it created a stack", async () => {
  await fleet.execute(
    `create function delay_stack() returns trigger language plpgsql as $$ begin
       if new.key like '%/stacks/%/shard-0004.json' then perform pg_advisory_xact_lock(4); end if;
       return new;
     end $$;
     create trigger delay_stack before insert or update on pulumi_state for each row execute function delay_stack()`,
  );
  await fleet.plan([...withTag("88"), ...shops(8).slice(6)]);
  const lock = await fleet.acquireAdvisoryLock(4);
  const first = fleet.startWorker();
  const update = fleet.run(["up", "--yes", "--json"]);
  await lock.waitUntilContended();
  first.killTree();
  await fleet.execute(
    "select pg_terminate_backend(pid) from pg_locks where not granted and locktype = 'advisory'",
  );
  await lock.release();
  expect((await fleet.states()).filter(({ key }) => key.includes("shard-0004"))).toEqual([
    expect.objectContaining({ key: expect.stringContaining("/locks/") }),
  ]);
  await fleet.expireHeartbeats();
  const second = fleet.startWorker();
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(shards.find(({ merchants }) => merchants.some(({ name }) => name === "shop-8"))).toMatchObject({
    state: "done",
    attempts: 2,
  });
  second.kill("SIGTERM");
  await second.ended;
});

test("after a killed update, the next one deletes the integrations of merchants that left the list", async () => {
  const list = (...added: Record<string, unknown>[]) => [...withTag("88"), ...shops(8).slice(6), ...added];
  const [shop9, shop10] = shops(10).slice(8);
  await fleet.plan(list({ ...shop9 }, { ...shop10 }));
  const before = integrationIds();
  const fault = delayCreates();
  const creating = requestsReceived("POST", 2);
  const first = fleet.startWorker();
  const update = fleet.run(["up", "--yes", "--json"]);
  await creating;
  first.kill("SIGKILL");
  fleet.lab.emulator.disarmFaults(fault);
  fleet.lab.emulator.release();
  while (processes.running().length > 0) await setTimeout(100);
  const created = integrationIds();
  expect(Object.keys(created).length).toBe(Object.keys(before).length + 2);
  await fleet.plan(list({ ...shop10, externalBusinessId: "other" }), "--confirm-shrink");
  fleet.lab.emulator.clearRequests();
  await fleet.expireHeartbeats();
  const second = fleet.startWorker();
  const { shards } = JSON.parse((await update).stdout) as RunDocument;
  expect(new Set(shards.map(({ state }) => state))).toEqual(new Set(["done"]));
  expect(integrationIds()).toEqual({ ...before, other: expect.any(String) });
  expect(fleet.lab.writes().sort()).toEqual(["DELETE id-10", "DELETE id-9", "POST other"]);
  second.kill("SIGTERM");
  await second.ended;
});
