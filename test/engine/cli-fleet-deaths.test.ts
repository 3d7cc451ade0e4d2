import { setTimeout } from "node:timers/promises";
import { describe, expect } from "@jest/globals";
import { stoppedBeforeDone } from "../expected/reports";
import { type Postgres, startPostgres } from "../postgres";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, type LabWorker, shops } from "./helpers/fleet-lab";
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
  await fleet.run(["init", "--shard-size", "3"]);
  await fleet.prepareForKills();
});

afterAll(() => fleet.close());

interface RunDocument {
  readonly shards: {
    stack: string;
    state: string;
    attempts: number;
    merchants: { name: string; status: string }[];
  }[];
}

/** The integration IDs at Pinterest, by external business ID. A recreated integration has a new ID. */
function integrationIds(): Record<string, string> {
  return Object.fromEntries(
    fleet.lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]),
  );
}

/** Simulates the failure of a machine while its worker creates the first stack. */
async function failWhileCreatingStack(): Promise<void> {
  // The engine's first command creates the table.
  await fleet.lab.succeed("whoami");
  await fleet.execute(
    `create function delay_stack() returns trigger language plpgsql as $$ begin
       if new.key like '%/stacks/%/shard-%.json' then perform pg_advisory_xact_lock(4); end if;
       return new;
     end $$;
     create trigger delay_stack before insert or update on pulumi_state for each row execute function delay_stack()`,
  );
  const lock = await fleet.acquireAdvisoryLock(4);
  const worker = fleet.startWorker();
  await lock.waitUntilContended();
  worker.killTree();
  await fleet.execute(
    "select pg_terminate_backend(pid) from pg_locks where not granted and locktype = 'advisory'",
  );
  await lock.release();
}

/** Kills a worker while it creates the integrations of a shard. The emulator has created all, but has responded only to the first request. */
async function killWhileCreating(): Promise<void> {
  const { emulator } = fleet.lab;
  const match = { kind: "slow", operation: "create", skip: 1, times: "all", commit: true } as const;
  const fault = emulator.armFault(match);
  const worker = fleet.startWorker();
  await fleet.waitForDelayed(fault.number, 2);
  await kill(worker);
  emulator.disarmFaults(fault.number);
  emulator.release();
}

/** Kills a worker while it stores the results of a shard. */
async function killWhileStoring(): Promise<void> {
  const lock = await fleet.lockTable("pinterest_fleet.result");
  const worker = fleet.startWorker();
  await lock.waitUntilContended();
  await kill(worker);
  await lock.release();
}

/** Kills a worker, and waits until its engine has ended. */
async function kill(worker: LabWorker): Promise<void> {
  worker.kill("SIGKILL");
  await worker.ended;
  while (processes.running().length > 0) await setTimeout(100);
}

/** The merchants of the last list. */
let list = shops(9);

describe("an update during which three workers are killed and PostgreSQL restarts", () => {
  let filesOfStacks: string[];
  let leaving = "";
  let replaced = "";
  let createdByKilled: Record<string, string>;
  let doneBeforeRestart: number;
  let stderr: string;
  let shards: RunDocument["shards"];

  beforeAll(async () => {
    await fleet.plan(list);
    const update = fleet.run(["up", "--yes", "--json"]);
    await failWhileCreatingStack();
    filesOfStacks = (await fleet.stored())
      .map(({ place }) => place)
      .filter((place) => place.includes("shard-"));
    await killWhileCreating();
    [leaving = "", replaced = ""] = Object.keys(integrationIds());
    await killWhileStoring();
    createdByKilled = integrationIds();
    list = list
      .filter(({ externalBusinessId }) => externalBusinessId !== leaving)
      .map((shop) =>
        shop.externalBusinessId === replaced ? { ...shop, externalBusinessId: "other" } : shop,
      );
    await fleet.plan(list, "--confirm-shrink");
    fleet.lab.emulator.clearRequests();
    await fleet.expireHeartbeats();
    const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "create", times: 1 });
    const worker = fleet.startWorker();
    await fleet.waitForDelayed(fault.number);
    doneBeforeRestart = (await fleet.rows("select from pinterest_fleet.run_shard where state = 'done'"))
      .length;
    await server.restart();
    fleet.lab.emulator.release(fault.number);
    const run = await update;
    stderr = run.stderr;
    ({ shards } = JSON.parse(run.stdout) as RunDocument);
    worker.kill("SIGTERM");
    expect((await worker.ended).exitCode).toBe(0);
  });

  test("attempts each shard of a killed worker once more", async () => {
    expect(stderr).toMatch(new RegExp(`shard-000\\d is retried: the worker \\S+ ${stoppedBeforeDone}`));
    expect(shards.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
    expect(await fleet.rows("select * from pinterest_fleet.claim")).toEqual([]);
  });

  test("continues after the restart, also with further shards", () => {
    expect(doneBeforeRestart).toBeLessThan(2);
    expect(shards.map(({ state }) => state)).toEqual(["done", "done", "done"]);
  });

  test("removes the lock of a machine that failed while it created a stack", () => {
    expect(filesOfStacks).toEqual([expect.stringContaining("/locks/")]);
    const { merchants = [] } = shards.find(({ stack }) => filesOfStacks[0]?.includes(stack)) ?? {};
    expect(merchants.map(({ status }) => status)).toEqual(["created", "created", "created"]);
  });

  test("keeps the integrations that killed workers created", () => {
    const kept = Object.fromEntries(
      Object.entries(createdByKilled).filter(([id]) => ![leaving, replaced].includes(id)),
    );
    expect(Object.keys(kept)).toHaveLength(4);
    expect(integrationIds()).toMatchObject(kept);
    // A merchant is unchanged if a killed worker deployed it without storing the result.
    const statuses = shards.flatMap(({ merchants }) =>
      merchants.filter(({ name }) => `id-${name.replace("shop-", "")}` in kept).map(({ status }) => status),
    );
    expect(statuses).toHaveLength(4);
    for (const status of statuses) expect(["created", "unchanged"]).toContain(status);
    expect(Object.keys(integrationIds()).sort()).toEqual(
      list.map(({ externalBusinessId }) => externalBusinessId).sort(),
    );
  });

  test("creates each other integration once, and deletes those of merchants that the list has changed since", () => {
    const created = list.map(({ externalBusinessId }) => String(externalBusinessId));
    expect(fleet.lab.writes().sort()).toEqual(
      [
        ...[leaving, replaced].map((id) => `DELETE ${id}`),
        ...created.filter((id) => !(id in createdByKilled)).map((id) => `POST ${id}`),
      ].sort(),
    );
  });
});

test("a worker that is terminated lets its engine finish, and another worker continues", async () => {
  const rows = await fleet.rows<{ name: string }>(
    "select name from pinterest_fleet.merchant where shard_id = 1",
  );
  const changed = new Set<unknown>(rows.map(({ name }) => name));
  list = list.map((shop) => (changed.has(shop.name) ? { ...shop, connectedTagId: "77" } : shop));
  await fleet.plan(list);
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
  const first = fleet.startWorker();
  const update = fleet.run(["up", "--yes", "--json"]);
  await fleet.waitForDelayed(fault.number);
  first.kill("SIGTERM");
  await first.waitForLog(/stops/);
  fleet.lab.emulator.release(fault.number);
  expect((await first.ended).exitCode).toBe(0);
  expect(processes.running()).toEqual([]);
  const second = fleet.startWorker();
  expect(JSON.parse((await update).stdout)).toMatchObject({ shards: [{ state: "done", attempts: 2 }] });
  const withTag = fleet.lab.emulator.integrations().filter(({ connected_tag_id: tag }) => tag === "77");
  expect(withTag).toHaveLength(changed.size);
  second.kill("SIGTERM");
  expect((await second.ended).exitCode).toBe(0);
});
