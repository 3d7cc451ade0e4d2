import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { describe, expect, jest } from "@jest/globals";
import type { PgBoss } from "pg-boss";
import { FleetError } from "../../fleet/fleet-error";
import type { Merchant } from "../../fleet/merchants/merchant";
import type { MerchantOutcome, ShardOutcome } from "../../fleet/outcome";
import type { findUnrecorded } from "../../fleet/shard/find-unrecorded";
import type { runShardAs, ShardRunOptions } from "../../fleet/shard/run-shard";
import { fleetInvocation } from "../../fleet/shard/workspace";
import { acquireClaim, releaseClaim } from "../../fleet/store/claim";
import type { Database } from "../../fleet/store/database";
import { createQueue, openQueue, queueName } from "../../fleet/store/queue";
import { readRun } from "../../fleet/store/results";
import { addRun, startRun } from "../../fleet/store/runs";
import { readIdentity } from "../../fleet/store/settings";
import type { JoinedFleet } from "../../fleet/worker/environment";
import { stoppedBeforeDone } from "../expected/reports";
import { afterEach, test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

const mockRunShard = jest.fn<typeof runShardAs>();

/** Replaces the engine. Modules that are imported later use this mock. */
jest.mock("../../fleet/shard/run-shard", () => ({ runShardAs: mockRunShard }));

const mockFindUnrecorded = jest.fn<typeof findUnrecorded>();

/** Replaces the comparison of state with Pinterest. */
jest.mock("../../fleet/shard/find-unrecorded", () => ({ findUnrecorded: mockFindUnrecorded }));

let queue: PgBoss | undefined;

afterEach(async () => {
  jest.restoreAllMocks();
  mockRunShard.mockReset();
  mockFindUnrecorded.mockReset();
  await queue?.stop({ graceful: false });
  queue = undefined;
});

/** Creates a fleet of one shard. The returned `work` processes the shard in a new run, and returns the run's results. */
async function open(...names: string[]) {
  const { workShard } = await import("../../fleet/worker/work-shard.js");
  const database = await server.open();
  const { statements } = database;
  const fleet = await TestFleet.create(database, 10);
  await fleet.plan(merchants(...names));
  const { encryption } = fleet.opened;
  const stop = new AbortController();
  const identity = await readIdentity(statements);
  const worker = { worker: "a worker", identity, invocation: fleetInvocation(".", {}), project: "fleet" };
  const work = async (
    operation: "up" | "destroy" | "drift" | "drift --from-state",
    refresh = true,
    { attempts = 1, ...limit }: { attempts?: number; timeoutMs?: number } = {},
  ) => {
    const runId = randomUUID();
    const job = { runId, shardId: 1, stack: "shard-0001", operation, refresh };
    await addRun(statements, runId, operation, [job.shardId]);
    const options = { ...worker, ...limit, database, encryption, signal: stop.signal };
    let outcome: unknown;
    for (let attempt = 0; attempt < attempts; attempt++)
      outcome = await workShard(job, options).catch((error: unknown) => error);
    const { rows } = await statements.query("select failures from pinterest_fleet.run_shard");
    return { outcome, run: await readRun(statements, runId), failures: rows.at(-1)?.failures };
  };
  const joined: JoinedFleet = { identity, assertJoined: async () => {} };
  return { database, encryption, fleet, joined, work, stop: () => stop.abort() };
}

/** Starts a worker with one engine at a time, on a fleet with the merchant a. It logs into `lines`, and runs until `end` is aborted. */
async function openWorker() {
  const { runWorker } = await import("../../fleet/worker/worker.js");
  const { database, encryption, joined: fleet } = await open("a");
  const opened = await openQueue(server.url, () => {});
  queue = opened;
  await createQueue(opened);
  const lines: string[] = [];
  const end = new AbortController();
  const invocation = fleetInvocation(".", {});
  const work = () =>
    runWorker({
      database,
      encryption,
      fleet,
      queue: opened,
      invocation,
      project: "fleet",
      parallel: 1,
      log: (line) => void lines.push(line),
      signal: end.signal,
    });
  const update = () => startRun(database, opened, { operation: "up" });
  return { database, queue: opened, lines, end, work, update };
}

/** The outcome of an engine that ran to its end, with the same result for all merchants. */
function outcomeFor(
  {
    operation,
    merchants,
  }: Pick<ShardOutcome, "operation"> & { readonly merchants: readonly { name: string }[] },
  result: Pick<MerchantOutcome, "status" | "message">,
): ShardOutcome {
  const outcomes = merchants.map(({ name }) => ({ name, properties: [], ...result }));
  return { operation, merchants: outcomes, errors: [], interrupted: false };
}

/** The merchant a, after an update. */
const updated = (result: Pick<MerchantOutcome, "status" | "message">) =>
  outcomeFor({ operation: "up", merchants: merchants("a") }, result);

test("fails an update for a merchant with revoked access, and reports it in a drift check", async () => {
  const revoked = { status: "revoked", message: "HTTP 401" } as const;
  mockRunShard.mockImplementation(async (options) => outcomeFor(options, revoked));
  const { work } = await open("a");
  const { outcome, run } = await work("up");
  expect(outcome).toMatchObject({ errors: ["a: HTTP 401"], kind: "failed" });
  expect(run.shards).toMatchObject([{ state: "failed" }]);
  for (const operation of ["drift", "drift --from-state"] as const) {
    const { outcome, run } = await work(operation);
    expect(outcome).toMatchObject({ kind: "done", merchants: [{ name: "a", status: "revoked" }] });
    expect(run.shards).toMatchObject([{ state: "done" }]);
  }
});

/** A string that PostgreSQL cannot store as text or in jsonb. */
const notStorable = "\0 and \ud800";
const stored = "\uFFFD and \uFFFD";

test("stores values from Pinterest with U+FFFD instead of NUL characters and unpaired surrogates", async () => {
  const report = {
    name: "a",
    urn: "urn:a",
    externalBusinessId: "id-a",
    status: "drifted" as const,
    pending: [],
    properties: [{ name: "partnerMetadata", secret: false, program: "x", pinterest: notStorable }],
  };
  mockRunShard.mockResolvedValue({
    operation: "drift",
    merchants: [
      { name: "a", status: "drifted", properties: ["partnerMetadata"], message: notStorable, report },
      { name: "b", status: "in-sync", properties: ["a, b"] },
    ],
    errors: [notStorable],
    interrupted: false,
    report: { project: "fleet", stack: "shard-0001", directory: ".", errors: [notStorable] },
  });
  const { work } = await open("a", "b");
  expect((await work("drift")).run.shards).toMatchObject([
    {
      errors: [stored],
      report: { errors: [stored] },
      merchants: [
        { name: "a", message: stored, report: { properties: [{ pinterest: stored }] } },
        { name: "b", properties: ["a, b"] },
      ],
    },
  ]);
});

test("refuses to print a drift report that a worker of another version stored", async () => {
  const report = { name: "a", urn: "urn:a", externalBusinessId: "id-a", status: "vanished" } as never;
  mockRunShard.mockResolvedValue({
    operation: "drift",
    merchants: [{ name: "a", status: "drifted", properties: [], report }],
    errors: [],
    interrupted: false,
  });
  const { work } = await open("a");
  await expect(work("drift")).rejects.toThrow(/another version .* Update the package .* `.*fleet drift`/);
});

test.each([
  [3, "queued"],
  [4, "failed"],
])("after %i failures, a shard is %s", async (attempts, state) => {
  mockRunShard.mockResolvedValue({ ...updated({ status: "unchanged" }), errors: ["the stack is locked"] });
  const { work } = await open("a");
  const { run, failures } = await work("up", true, { attempts });
  expect([run.shards[0]?.state, failures]).toEqual([state, attempts]);
});

test("a worker reports an outage of Pinterest once, and its end", async () => {
  const failed = updated({ status: "failed", message: "HTTP 503" });
  for (const outage of ["HTTP 503", "HTTP 502"]) mockRunShard.mockResolvedValueOnce({ ...failed, outage });
  mockRunShard.mockResolvedValueOnce(updated({ status: "unchanged" }));
  mockRunShard.mockResolvedValue(updated({ status: "created" }));
  const { queue, lines, end, work, update } = await openWorker();
  const started = jest.spyOn(queue, "work");
  const working = work();
  const id = await (started.mock.results[0]?.value as ReturnType<typeof queue.work>);
  for (let runs = 0; runs < 5; runs++) {
    await update();
    // Instead of a wait until the worker reads the queue again.
    queue.notifyWorker(id);
    while (mockRunShard.mock.calls.length <= runs) await setTimeout(20);
    while ((await queue.findJobs(queueName, {})).some(({ state }) => state !== "completed"))
      await setTimeout(20);
  }
  end.abort();
  await working;
  expect(lines.filter((line) => line.startsWith("Pinterest"))).toEqual([
    "Pinterest is not available (HTTP 503); merchants fail, and the next update deploys them",
    "Pinterest is available again",
  ]);
});

test.each([
  ["updates it", "queued", 1, "shard-0001, attempt 1: finished up of 1 merchant"],
  [
    "skips it if the other worker has finished it",
    "done",
    0,
    "shard-0001, attempt 1: already done or canceled",
  ],
])(
  "a worker waits while another worker has the shard, and then %s",
  async (_what, stateAfterOther, updates, lastLine) => {
    mockRunShard.mockResolvedValue(updated({ status: "created" }));
    const { database, lines, end, work, update } = await openWorker();
    const { statements } = database;
    await update();
    const other = await acquireClaim(statements, 1, "another worker");
    const query = jest.spyOn(statements, "query");
    const triedToClaim = () => query.mock.calls.filter(([sql]) => /insert into .*\.claim/.test(sql)).length;
    const working = work();
    while (triedToClaim() < 2 && mockRunShard.mock.calls.length === 0) await setTimeout(20);
    expect(mockRunShard).not.toHaveBeenCalled();
    await statements.query("update pinterest_fleet.run_shard set state = $1", [stateAfterOther]);
    if (other !== undefined) await releaseClaim(statements, other);
    while (!lines.some((line) => line.includes(lastLine))) await setTimeout(20);
    end.abort();
    await working;
    expect(mockRunShard).toHaveBeenCalledTimes(updates);
  },
);

describe("after an interrupted update,", () => {
  /** The arguments of each engine run: the operation, whether it refreshes, and the external business IDs by merchant. */
  const updates = () =>
    mockRunShard.mock.calls.map(([{ operation, refresh, merchants }]) => [
      operation,
      refresh,
      Object.fromEntries(merchants.map(({ name, arguments: args }) => [name, args.externalBusinessId])),
    ]);

  const succeeds: typeof runShardAs = async (options) => outcomeFor(options, { status: "unchanged" });

  /**
   * A fleet whose update was killed while it created the merchants a and b.
   *
   * @param list the list that is planned afterwards.
   * @param unrecorded merchants whose integrations exist at Pinterest, but not in state.
   */
  const interrupted = async (list: Merchant[], unrecorded: string[] = []) => {
    const { fleet, ...opened } = await open("a", "b");
    await fleet.update("killed");
    await fleet.plan(list, { confirmed: true });
    mockRunShard.mockImplementation(succeeds);
    mockFindUnrecorded.mockImplementation(async ({ merchants }) => ({
      merchants: merchants.filter(({ name }) => unrecorded.includes(name)),
      recordedIds: new Set(["id-a", "id-b"]),
    }));
    return { fleet, ...opened };
  };

  test("continues without a search if the list is the same", async () => {
    const { work } = await interrupted(merchants("a", "b"));
    await work("up", false);
    expect(mockFindUnrecorded).not.toHaveBeenCalled();
    expect(updates()).toEqual([["up", false, { a: "id-a", b: "id-b" }]]);
  });

  test("adopts and then deletes the integration of a merchant that left the list", async () => {
    const { fleet, work } = await interrupted(merchants("b"), ["a"]);
    await work("up", false);
    expect(mockFindUnrecorded.mock.calls[0]?.[0].merchants).toMatchObject([{ name: "a" }]);
    expect(updates()).toEqual([
      ["up", true, { a: "id-a", b: "id-b" }],
      ["up", false, { b: "id-b" }],
    ]);
    expect(await fleet.shards()).toEqual({ "shard-0001": ["b"] });
    expect(await fleet.interrupted()).toEqual({});
  });

  test("keeps the integration that a later list restores, and adopts the created one under another name", async () => {
    const { database, fleet, work } = await open("a");
    const externalBusinessId = "other";
    await fleet.update({ merchants: { a: "created" } });
    await fleet.plan([merchant("a", { externalBusinessId })], { confirmed: true });
    await fleet.update("killed");
    await fleet.plan(merchants("a"), { confirmed: true });
    let known: unknown;
    mockRunShard.mockImplementation(async (options) => {
      const { rows } = await database.statements.query(
        "select known_integrations from pinterest_fleet.merchant",
      );
      known = rows;
      return succeeds(options);
    });
    mockFindUnrecorded.mockImplementation(async ({ merchants }) => ({
      merchants,
      recordedIds: new Set(["id-a"]),
    }));
    await work("up", false);
    // The adoption has not removed the restored integration, which would be the last one then.
    expect(known).toEqual([{ known_integrations: ["id-a", externalBusinessId] }]);
    expect(updates()).toEqual([
      ["up", true, { a: "id-a", "a (interrupted)": externalBusinessId }],
      ["up", false, { a: "id-a" }],
    ]);
    expect(await fleet.pending()).toEqual([]);
  });

  test("fails the shard if an integration cannot be adopted, and adopts it in the next attempt", async () => {
    const { fleet, work } = await interrupted(merchants("b"), ["a"]);
    const failed = { status: "failed", message: "HTTP 500" } as const;
    mockRunShard.mockImplementationOnce(async (options) => outcomeFor(options, failed));
    const { run } = await work("up", false);
    expect(run.shards).toMatchObject([
      { state: "queued", errors: [expect.stringContaining("created for 'a' cannot be adopted: HTTP 500")] },
    ]);
    expect(updates()).toHaveLength(1);
    expect(Object.keys(await fleet.interrupted())).toEqual(["a"]);
  });

  test("starts the shard again if a list is planned during the search", async () => {
    const { fleet, work } = await interrupted(merchants("a"));
    mockFindUnrecorded.mockImplementationOnce(async () => {
      await fleet.plan(merchants("c"), { confirmed: true });
      return { merchants: [], recordedIds: new Set() };
    });
    expect((await work("up", false)).run.shards).toMatchObject([
      { state: "queued", errors: [expect.stringContaining("a merchant list was planned meanwhile")] },
    ]);
    expect(updates()).toEqual([]);
    await work("up", false);
    expect(
      mockFindUnrecorded.mock.calls.map(([options]) => options.merchants.map(({ name }) => name)),
    ).toEqual([["b"], ["a", "b"]]);
    expect(updates()).toEqual([["up", true, { c: "id-c" }]]);
  });

  test("adopts integrations before a destroy deletes them, and creates none", async () => {
    const { work } = await interrupted(merchants("a", "b"), ["a"]);
    await work("destroy", false);
    expect(updates()).toEqual([
      ["up", true, { a: "id-a" }],
      ["destroy", false, { a: "id-a", b: "id-b" }],
    ]);
  });

  test("does not continue if the adoption fails as a whole", async () => {
    const { fleet, work } = await interrupted(merchants("b"), ["a"]);
    mockRunShard.mockImplementationOnce(async (options) => ({
      ...(await succeeds(options)),
      errors: ["the stack is locked"],
    }));
    const { run } = await work("up", false);
    expect(run.shards).toMatchObject([{ state: "queued", errors: ["the stack is locked"] }]);
    expect(updates()).toHaveLength(1);
    expect(Object.keys(await fleet.interrupted())).toEqual(["a"]);
  });

  test("deploys nothing if an integration that it may have created cannot be read", async () => {
    const { fleet, work } = await interrupted(merchants("b"));
    mockFindUnrecorded.mockRejectedValue(new Error("cannot be read: HTTP 401"));
    const { run } = await work("up", false);
    expect(run.shards).toMatchObject([{ state: "queued", errors: ["cannot be read: HTTP 401"] }]);
    expect(updates()).toEqual([]);
    expect(await fleet.shards()).toEqual({ "shard-0001": ["a", "b"] });
    expect(Object.keys(await fleet.interrupted())).toEqual(["a"]);
  });
});

describe("if another worker claims the shard,", () => {
  /** Gives the shard to another worker. This one has not noticed that yet. */
  const claimForOther = async ({ statements }: Database) => {
    await statements.query("update pinterest_fleet.claim set alive_at = '-infinity'");
    await acquireClaim(statements, 1, "another worker");
  };

  test("stores no outcome of an engine that still ran", async () => {
    const { database, fleet, work } = await open("a");
    mockRunShard.mockImplementation(async () => {
      await claimForOther(database);
      return updated({ status: "created" });
    });
    const { outcome, run } = await work("up");
    expect(outcome).toEqual(new FleetError("shard-0001 now belongs to another worker"));
    expect(run.shards).toMatchObject([{ state: "running", errors: [], merchants: [] }]);
    expect(await fleet.pending()).toEqual(["a"]);
  });

  test("starts no engine", async () => {
    const { database, fleet, work } = await open("a");
    await fleet.update("killed");
    await fleet.plan([merchant("a", { connectedTagId: "1" })]);
    mockFindUnrecorded.mockImplementation(async () => {
      await claimForOther(database);
      return { merchants: [], recordedIds: new Set() };
    });
    const { outcome } = await work("up", false);
    expect(outcome).toEqual(new FleetError("shard-0001 now belongs to another worker"));
    expect(mockRunShard).not.toHaveBeenCalled();
  });
});

test("does not lock the claim while storing an outcome waits for a plan", async () => {
  const { database, work } = await open("a");
  mockRunShard.mockImplementation(async (options) => outcomeFor(options, { status: "in-sync" }));
  const waiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  let working: ReturnType<typeof work> | undefined;
  await database.transaction(async (plan) => {
    await plan.query(
      "lock table pinterest_fleet.result, pinterest_fleet.merchant in share row exclusive mode",
    );
    working = work("drift");
    while ((await database.statements.query(waiting)).rows.length === 0);
    const { rows } = await plan.query("select from pinterest_fleet.claim for update skip locked");
    expect(rows).toHaveLength(1);
  });
  expect((await working)?.run.shards).toMatchObject([{ state: "done" }]);
});

test("fails a shard while the offboarding of a merchant is incomplete", async () => {
  const { database, work } = await open("two words");
  await database.statements.query("update pinterest_fleet.merchant set offboarding = true");
  const { run } = await work("up");
  expect(run.shards).toMatchObject([
    {
      state: "queued",
      errors: [expect.stringContaining("run `npx pulumi-pinterest fleet offboard 'two words'`")],
    },
  ]);
  expect(mockRunShard).not.toHaveBeenCalled();
});

test("limits an attempt to an hour", async () => {
  mockRunShard.mockResolvedValue(updated({ status: "created" }));
  const { work } = await open("a");
  const timeout = jest.spyOn(AbortSignal, "timeout");
  await work("up");
  expect(timeout.mock.calls).toEqual([[3_600_000]]);
});

describe.each([
  ["its worker does not count as a failure", "worker", 0, `the worker was ${stoppedBeforeDone}`],
  ["its time limit counts as a failure", "limit", 1, expect.stringContaining("exceeded the time limit")],
])("an attempt that is stopped by %s", (_what, by, failures, reason) => {
  /** A fleet with an interrupted update, whose next attempt is stopped in the engine or, after a new list, in the search. */
  async function openStopped() {
    const { fleet, stop, work } = await open("a");
    await fleet.update("killed");
    const stopped = async ({ signal }: Pick<ShardRunOptions, "signal">) => {
      if (by === "worker") stop();
      while (!signal?.aborted) await setTimeout(5);
      return signal.reason;
    };
    mockRunShard.mockImplementation(async (options) => {
      await stopped(options);
      const errors = ["the update was canceled"];
      return { operation: options.operation, merchants: [], errors, interrupted: true };
    });
    mockFindUnrecorded.mockImplementation(async (options) => {
      throw await stopped(options);
    });
    return { fleet, attempt: () => work("up", false, by === "limit" ? { timeoutMs: 1 } : {}) };
  }

  test("while the engine runs", async () => {
    const { attempt } = await openStopped();
    expect(await attempt()).toMatchObject({
      run: { shards: [{ state: "queued", errors: [reason, "the update was canceled"] }] },
      failures,
    });
    expect(mockRunShard).toHaveBeenCalledTimes(1);
  });

  test("while it searches for the integrations of an interrupted update", async () => {
    const { fleet, attempt } = await openStopped();
    await fleet.plan([merchant("a", { connectedTagId: "1" })]);
    expect(await attempt()).toMatchObject({
      run: { shards: [{ state: "queued", errors: [reason] }] },
      failures,
    });
    expect(mockRunShard).not.toHaveBeenCalled();
  });
});
