import { afterEach, beforeEach, describe, expect, jest } from "@jest/globals";
import { acquireClaim, ClaimRenewal, releaseClaim, renewClaim, withClaim } from "../../fleet/store/claim";
import type { Database, Statements } from "../../fleet/store/database";
import { shardStatuses } from "../../fleet/store/results";
import { heartbeats } from "../expected/limits";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

/** The names of the processes that hold claims. */
async function holders(statements: Statements): Promise<string[]> {
  return (await shardStatuses(statements)).flatMap(({ worker }) => worker ?? []);
}

/** Opens the database with a fleet of one shard. */
async function openWithShard(): Promise<Database> {
  const database = await server.open();
  await (await TestFleet.create(database, 10)).plan(merchants("a"));
  return database;
}

/** Moves the last heartbeat of all claims into the past. */
const setHeartbeatAge = ({ statements }: Database, seconds: number) =>
  statements.query("update pinterest_fleet.claim set alive_at = now() - make_interval(secs => $1)", [
    seconds,
  ]);

test("holds a shard until it is released", async () => {
  const database = await openWithShard();
  const { statements } = database;
  const first = await acquireClaim(statements, 1, "first");
  expect(first).toMatchObject({ isStackLocked: false });
  expect(await acquireClaim(statements, 1, "second")).toBeUndefined();
  if (first !== undefined) await releaseClaim(statements, first);
  expect(await acquireClaim(statements, 1, "second")).toMatchObject({ isStackLocked: false });
});

test("loses a claim without heartbeats, and ignores later calls of its holder", async () => {
  const database = await openWithShard();
  const { statements } = database;
  const first = await acquireClaim(statements, 1, "first");
  await setHeartbeatAge(database, heartbeats.deadAfterSeconds - 1);
  expect(await holders(statements)).toEqual(["first"]);
  await setHeartbeatAge(database, heartbeats.deadAfterSeconds + 1);
  expect(await holders(statements)).toEqual([]);
  const second = await acquireClaim(statements, 1, "second");
  expect(second).toMatchObject({ isStackLocked: true });
  if (first === undefined) throw new Error("there is no claim");
  expect(await renewClaim(statements, first)).toBe(false);
  await releaseClaim(statements, first);
  // The second worker keeps the claim if a statement of the first one is late.
  expect(await acquireClaim(statements, 1, "first")).toBeUndefined();
  expect(await holders(statements)).toEqual(["second"]);
});

test("releases a shard at once even if its stack is locked", async () => {
  const { statements } = await openWithShard();
  const first = await acquireClaim(statements, 1, "first");
  if (first === undefined) throw new Error("there is no claim");
  await releaseClaim(statements, { ...first, isStackLocked: true });
  expect(await holders(statements)).toEqual([]);
  expect(await acquireClaim(statements, 1, "second")).toMatchObject({ isStackLocked: true });
});

test("reports a possible lock until a process has unlocked the stack", async () => {
  const database = await openWithShard();
  const options = { shardId: 1, stack: "shard-0001", holder: "worker", signal: new AbortController().signal };
  const found: boolean[] = [];
  await withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    claim.isStackLocked = true;
  });
  const failure = withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    throw new Error("before it was unlocked");
  });
  await expect(failure).rejects.toThrow("before it was unlocked");
  await withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    claim.isStackLocked = false;
  });
  await withClaim(database, options, async (claim) => found.push(claim.isStackLocked));
  expect(found).toEqual([false, true, true, false]);
});

test("ends the wait for a shard when its signal is aborted", async () => {
  const database = await openWithShard();
  await acquireClaim(database.statements, 1, "first");
  const controller = new AbortController();
  const waiting = withClaim(
    database,
    {
      shardId: 1,
      stack: "shard-0001",
      holder: "second",
      signal: controller.signal,
      onWait: () => controller.abort(),
    },
    async () => "not reached",
  );
  await expect(waiting).rejects.toThrow("stopped waiting for shard-0001");
  expect(await holders(database.statements)).toEqual(["first"]);
});

const renewalMs = heartbeats.everySeconds * 1_000;

/** Time after the last renewal at which a claim is lost. */
const expiryMs = heartbeats.engineStopsAfterSeconds * 1_000;

describe("a claim that a process keeps", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function keep(renew: () => Promise<boolean>, acquiredAtMs = performance.now()) {
    const onLost = jest.fn<(reason: string) => void>();
    const renewal = new ClaimRenewal({ acquiredAtMs }, renew, onLost);
    return { end: () => renewal.end(), onLost };
  }

  const advance = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  test("holds a claim while renewals succeed", async () => {
    const renew = jest.fn(async () => true);
    const { end, onLost } = keep(renew);
    await advance(10 * expiryMs);
    expect(onLost).not.toHaveBeenCalled();
    expect(renew).toHaveBeenCalledTimes((10 * expiryMs) / renewalMs);
    end();
  });

  test("reports the loss at once, and only once, if another worker has the claim", async () => {
    const { onLost } = keep(async () => false);
    await advance(renewalMs);
    expect(onLost.mock.calls).toEqual([["another worker has it, or the database has another fleet"]]);
    await advance(10 * expiryMs);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["refuses", () => Promise.reject(new Error("no connection")), " (no connection)"],
    ["never responds", () => new Promise<boolean>(() => {}), ""],
  ])(
    "reports the loss exactly when others may take the claim if the database %s",
    async (_what, renew, reason) => {
      const { onLost } = keep(renew);
      await advance(expiryMs - 1);
      expect(onLost).not.toHaveBeenCalled();
      await advance(1);
      expect(onLost.mock.calls).toEqual([
        [`PostgreSQL did not respond for ${heartbeats.engineStopsAfterSeconds} s${reason}`],
      ]);
    },
  );

  test("counts the time from the request of a renewal, because its response may be late", async () => {
    let renewals = 0;
    const { onLost } = keep(async () => {
      renewals += 1;
      if (renewals > 1) return new Promise<boolean>(() => {});
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      return true;
    });
    // The response arrives 9 s after the request, from which the time counts.
    await advance(renewalMs + expiryMs - 1);
    expect(onLost).not.toHaveBeenCalled();
    await advance(1);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  test("reports no loss after its end", async () => {
    const { end, onLost } = keep(async () => false);
    end();
    await advance(10 * expiryMs);
    expect(onLost).not.toHaveBeenCalled();
  });
});
