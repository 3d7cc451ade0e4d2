import { describe, expect, test } from "@jest/globals";
import { check } from "../../bench/scale/check.mts";
import { accountName, externalId, tokenOf } from "../../bench/scale/integrations.mts";
import type { Access } from "../../bench/scale/limits.mts";
import { LimitedPinterest } from "../../bench/scale/pinterest.mts";
import { numbersOf, orders, type Scenario, scenarios } from "../../bench/scale/scenarios.mts";
import { FakeApi } from "../api/helpers/fake-api.mts";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";

const circumstances = { parallel: 8, latencyMs: 100, seed: 1 };
const usual = { access: "standard", order: "list", way: "by list" } as const;

const simulated = (scenario: Partial<Scenario> & Pick<Scenario, "accounts" | "integrationsEach">) =>
  check({ ...usual, ...scenario }, circumstances);

describe("a simulated check", () => {
  test("of one account's 2,000 takes 8 lists, one after the other", async () => {
    expect(await simulated({ accounts: 1, integrationsEach: 2000 })).toMatchObject({
      lists: 8,
      virtualMs: 800,
      drifted: 2,
      gets: 0,
      refused: 0,
      read: 2000,
      failed: 0,
    });
  });

  test("of one account's 2,000 the other way round takes some reads more for each page", async () => {
    expect(await simulated({ accounts: 1, integrationsEach: 2000, order: "reversed" })).toMatchObject({
      lists: 8,
      gets: 56,
      refused: 0,
      read: 2000,
      failed: 0,
      drifted: 2,
    });
  });

  test("of 30 merchants with one each takes a request each, as many at a time as the engine reads", async () => {
    const figures = await simulated({ accounts: 30, integrationsEach: 1 });
    expect(figures).toMatchObject({ lists: 30, gets: 0, virtualMs: 400, read: 30, failed: 0 });
  });

  test("of 1,200, one by one, waits for the limit of a minute instead of meeting it", async () => {
    const figures = await simulated({ accounts: 1, integrationsEach: 1200, way: "one by one" });
    expect(figures).toMatchObject({ lists: 0, gets: 1200, refused: 0, read: 1200, failed: 0, drifted: 2 });
    expect(figures.virtualMs).toBeGreaterThan(60_000);
    expect(figures.virtualMs).toBeLessThan(65_000);
  });

  test("of any order finds what it finds in the list's", async () => {
    const figures = await simulated({ accounts: 20, integrationsEach: 100, order: "shuffled" });
    expect(figures).toMatchObject({ lists: 20, gets: 0, read: 2000, failed: 0, drifted: 2 });
  });

  test("with Trial access ends where the day's requests do", async () => {
    const figures = await simulated({
      accounts: 1,
      integrationsEach: 1200,
      way: "one by one",
      access: "trial",
    });
    expect(figures).toMatchObject({ gets: 1000, refused: 0, read: 1000, failed: 200 });
    expect(figures.failure).toContain("longer than");
  });
});

describe("the simulated Pinterest", () => {
  /** The statuses of so many single reads, sent this far apart without any client, and the last answer's headers. */
  async function ask(count: number, apartMs: number, { access = "standard" as Access, accounts = 1 } = {}) {
    const clock = new VirtualClock();
    const pinterest = new LimitedPinterest(clock, { accounts, integrationsEach: 1 }, access, 100);
    const statuses: number[] = [];
    let headers: unknown;
    const one = async (number: number): Promise<void> => {
      await clock.sleep(number * apartMs);
      const index = number % accounts;
      await new Promise<void>((resolve, reject) => {
        pinterest.api.dispatch(
          {
            origin: FakeApi.url,
            path: `/v5/integrations/commerce/${externalId(index)}`,
            method: "GET",
            headers: { authorization: `Bearer ${tokenOf(accountName(index))}` },
          },
          {
            onResponseStart: (_, status, shown) => {
              statuses.push(status);
              headers = shown;
            },
            onResponseEnd: () => resolve(),
            onResponseError: (_, error) => reject(error),
          },
        );
      });
    };
    await clock.run(Promise.all(Array.from({ length: count }, (_, number) => one(number))));
    const refused = statuses.filter((status) => status === 429).length;
    expect(pinterest.traffic).toEqual({ lists: 0, gets: count, refused });
    expect(statuses.filter((status) => status === 200)).toHaveLength(count - refused);
    return { refused, firstRefused: statuses.indexOf(429), headers };
  }

  test("refuses more than 100 requests of a user in a second", async () => {
    expect(await ask(101, 0)).toMatchObject({ refused: 1, firstRefused: 100 });
    expect(await ask(201, 10)).toMatchObject({ refused: 0 });
    expect(await ask(201, 9)).toMatchObject({ firstRefused: 100 });
  });

  test("refuses more than 1,000 reads of a user in a minute, and tells when there is room again", async () => {
    expect(await ask(1001, 20)).toEqual({
      refused: 1,
      firstRefused: 1000,
      headers: {
        "x-ratelimit-limit":
          '1000, 100;w=1;name="safety_net_app_id_user_id", 1000;w=60;name="ads_read_app_id_user_id"',
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "40",
      },
    });
    expect(await ask(1001, 60)).toMatchObject({ refused: 0 });
  });

  test("counts each user by itself, but all of an app with Trial access together", async () => {
    expect(await ask(1200, 20, { accounts: 2 })).toMatchObject({ refused: 0 });
    expect(await ask(1200, 20, { accounts: 2, access: "trial" })).toMatchObject({
      refused: 200,
      firstRefused: 1000,
    });
  });

  test("answers nobody about another's integration", async () => {
    const clock = new VirtualClock();
    const pinterest = new LimitedPinterest(clock, { accounts: 2, integrationsEach: 2 }, "standard", 0);
    const status = (path: string, token: string) =>
      clock.run(
        new Promise<number>((resolve) =>
          pinterest.api.dispatch(
            { origin: FakeApi.url, path, method: "GET", headers: { authorization: `Bearer ${token}` } },
            { onResponseStart: (_, code) => resolve(code) },
          ),
        ),
      );
    const path = `/v5/integrations/commerce/${externalId(2)}`;
    expect(await status(path, tokenOf(accountName(1)))).toBe(200);
    expect(await status(path, tokenOf(accountName(0)))).toBe(404);
  });
});

test("the reversed order is the list's from its end", () => {
  const spread = { accounts: 2, integrationsEach: 3 } as const;
  expect([...numbersOf({ ...spread, order: "reversed" }, 7)]).toEqual([5, 4, 3, 2, 1, 0]);
});

test("a shuffled order holds every number once, and is the same for the same seed", () => {
  const spread = { accounts: 3, integrationsEach: 50, order: "shuffled" } as const;
  const numbers = numbersOf(spread, 7);
  expect(numbers).toEqual(numbersOf(spread, 7));
  expect(numbers).not.toEqual(numbersOf(spread, 8));
  const inListOrder = numbersOf({ ...spread, order: "list" }, 7);
  expect(numbers).not.toEqual(inListOrder);
  expect(numbers.toSorted()).toEqual(inListOrder);
});

test("one by one there is one scenario, whatever the orders", () => {
  const ways = scenarios(["account"], ["standard"], orders).map(({ way, order }) => `${way}, ${order}`);
  expect(ways).toEqual(["by list, list", "by list, reversed", "by list, shuffled", "one by one, list"]);
});
