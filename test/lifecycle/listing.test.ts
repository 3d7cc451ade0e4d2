import { describe, expect, test } from "@jest/globals";
import type { PinterestClient } from "../../provider/api";
import { largestPage } from "../../provider/api/pages";
import { inParallel } from "../../provider/base/async";
import type { Bag } from "../../provider/base/bag";
import { Listings } from "../../provider/lifecycle/listing";
import type { Reply, SentRequest } from "../api/helpers/fake-api.mts";
import { fake } from "../api/helpers/fake-client";
import { type Stage, stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

type Process = ReturnType<Stage["process"]>;

const read = (process: Process, id: string, previous: Bag = {}) => process.read(id, previous);
/** The requests so far, as "list" or "get seed-1", in order. */
const requests = () =>
  stage.emulator
    .requests()
    .map(({ operation, external_business_id: id }) => (id === null ? operation : `${operation} ${id}`));
/** The number of requests so far. */
const counts = () => {
  const { list, get } = stage.emulator.counters().operations;
  return { list, get };
};
const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("the number of requests", () => {
  /** Read the integrations with these numbers in this order, eight in parallel. */
  async function refresh(numbers: readonly number[]): Promise<void> {
    const process = stage.process();
    await inParallel(numbers, 8, async (number) => {
      const result = await read(process, `seed-${number}`);
      expect(result?.outputs.externalBusinessId).toBe(`seed-${number}`);
    });
  }

  test.each([
    { order: "its order", listOrder: "oldest", numbers: numbersTo(600) },
    { order: "the reverse order", listOrder: "newest", numbers: numbersTo(600) },
    { order: "a mixed order", listOrder: "oldest", numbers: shuffled(600) },
  ] as const)("reads all of 600 from three pages, in $order", async ({ listOrder, numbers }) => {
    stage.emulator.setSwitches({ listOrder });
    stage.emulator.seed(600);
    await refresh(numbers);
    expect(counts()).toEqual({ list: 3, get: 0 });
  });

  test.each([
    ["at its start", [1, 2]],
    ["at its end", [999, 1000]],
    ["far apart", [1, 500, 1000]],
  ])("reads a few of 1,000 with at most two requests for each: %s of the list", async (_where, numbers) => {
    stage.emulator.seed(1000);
    await refresh(numbers);
    const { list, get } = counts();
    expect(list).toBeLessThanOrEqual(numbers.length);
    expect(list + get).toBeLessThanOrEqual(2 * numbers.length);
  });

  test("reads an account's only integration from the list", async () => {
    stage.emulator.seed(1);
    await refresh([1]);
    expect(counts()).toEqual({ list: 1, get: 0 });
  });

  test.each(["half", "empty"] as const)("reads the list to its end if pages are %s", async (shortPages) => {
    stage.emulator.setSwitches({ shortPages });
    stage.emulator.seed(300);
    await refresh(numbersTo(300));
    expect(counts().get).toBe(0);
  });

  test("reads each integration even if pages shift", async () => {
    stage.emulator.setSwitches({ bookmarkBy: "offset", listOrder: "newest" });
    stage.emulator.seed(600);
    const process = stage.process();
    for (const number of numbersTo(600).reverse()) {
      if (number === 400) for (const removed of ["seed-600", "seed-599"]) stage.emulator.remove(removed);
      if (number === 300) stage.emulator.put("new-1");
      expect((await read(process, `seed-${number}`))?.outputs.externalBusinessId).toBe(`seed-${number}`);
    }
    expect(requests().length).toBeLessThanOrEqual(6);
  });

  test("stops at a repeated bookmark", async () => {
    stage.emulator.seed(30);
    const body = { items: [{ id: "1", external_business_id: "seed-1" }], bookmark: "again" };
    stage.emulator.armFault({ kind: "response", status: 200, operation: "list", body, times: "all" });
    const process = stage.process();
    for (const number of numbersTo(30)) await read(process, `seed-${number}`);
    expect(counts()).toEqual({ list: 2, get: 29 });
  });
});

/** The numbers to a count in an order that mixes them. 7,919 and the counts are coprime. */
function shuffled(count: number): number[] {
  return numbersTo(count).map((number) => ((number * 7_919) % count) + 1);
}

describe("a record of the list", () => {
  test("equals a read of the integration, without secrets", async () => {
    stage.emulator.put("shop-1", {
      connected_tag_id: "1",
      partner_access_token: "hidden",
      partner_primary_email: "a@example.com",
      partner_access_token_expiry: 1_893_456_000_000,
      scopes: "b a",
    });
    const listed = await read(stage.process(), "shop-1");
    stage.emulator.armFault({ kind: "response", status: 403, operation: "list" });
    const own = await read(stage.process(), "shop-1");
    expect(requests()).toEqual(["list", "list", "get shop-1"]);
    // Each read of state without a UID generates a new one.
    expect(own).toStrictEqual({ ...listed, outputs: { ...listed?.outputs, __uid: own?.outputs.__uid } });
    expect(JSON.stringify(listed)).not.toMatch(/hidden|example/);
  });

  test("is ignored if it has no external business ID, or one that another record has", async () => {
    const tag = { connected_tag_id: "wrong" };
    stage.emulator.put("double", { connected_tag_id: "right" });
    stage.emulator.put("nameless", { connected_tag_id: "right" });
    const items = [
      { id: "1", external_business_id: "double", ...tag },
      { id: "2", external_business_id: "double", ...tag },
      { id: "1", external_business_id: "double", ...tag },
      { id: "3", external_business_id: null, ...tag },
    ];
    const body = { items, bookmark: null };
    stage.emulator.armFault({ kind: "response", status: 200, operation: "list", body });
    const process = stage.process();
    for (const id of ["double", "nameless"])
      expect((await read(process, id))?.outputs.connectedTagId).toBe("right");
  });

  test("is of the integration's account", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1" });
    stage.emulator.put("shop-2", { connected_tag_id: "2" }, { account: "shop-2" });
    const process = stage.process();
    expect((await read(process, "shop-1"))?.outputs.connectedTagId).toBe("1");
    expect((await read(process, "shop-2", { account: "shop-2" }))?.outputs.connectedTagId).toBe("2");
    expect(requests()).toEqual(["list", "list"]);
  });
});

test("reads an integration that the complete list does not contain, because only a read of the integration shows that it is missing", async () => {
  stage.emulator.seed(2);
  const process = stage.process();
  await read(process, "seed-1");
  stage.emulator.put("late");
  expect((await read(process, "late"))?.outputs.externalBusinessId).toBe("late");
  expect(await read(process, "missing")).toBeUndefined();
  expect(requests()).toEqual(["list", "get late", "get missing"]);
});

describe("after a write by this process", () => {
  const changed = { externalBusinessId: "shop-1", connectedTagId: "7", adopt: true };
  type Write = (process: Process, previous: Bag) => Promise<unknown>;

  test.each<[operation: "create" | "update" | "delete", write: Write, foundTag: string | undefined]>([
    ["create", (process) => process.create(changed), "7"],
    ["update", (process, previous) => process.update("shop-1", previous, changed), "7"],
    ["delete", (process, previous) => process.delete("shop-1", previous), undefined],
  ])(
    "the list is not used for the integration of a %s whose response was lost",
    async (operation, write, foundTag) => {
      const previous = await stage.created({ externalBusinessId: "shop-1" });
      stage.emulator.seed(1);
      const process = stage.process();
      await read(process, "seed-1");
      stage.emulator.armFault({ kind: "reset", commit: true, operation });
      await write(process, previous);
      stage.emulator.clearRequests();
      const result = await read(process, "shop-1");
      expect(result?.outputs.connectedTagId).toBe(foundTag);
      expect(requests()).toEqual(["get shop-1"]);
    },
  );

  test("a page is not used if the write began before it was received", async () => {
    const previous = await stage.created({ externalBusinessId: "shop-1" });
    const process = stage.process();
    let writing: Promise<unknown> = Promise.resolve();
    const stop = stage.emulator.onResponse(({ operation }) => {
      if (operation !== "list") return;
      const news = { externalBusinessId: "shop-1", connectedTagId: "7" };
      writing = process.update("shop-1", previous, news);
    });
    await read(process, "shop-1", previous);
    stop();
    await writing;
    expect(requests()).toContain("get shop-1");
  });
});

test.each([
  ["refuses the token's scopes", { status: 401, body: { code: 3, message: "no" } }, 1],
  ["refuses the account", { status: 403, body: { code: 29, message: "no" } }, 1],
  ["does not know", { status: 404, body: "<html></html>" }, 1],
  ["fails to return", { status: 503 }, 2],
  ["limits", { status: 429, body: { code: 8, message: "slow" } }, 2],
  ["returns without items", { status: 200, body: { integrations: [] } }, 2],
])("a list that Pinterest %s is not requested again, or after 30 s: %j", async (_what, response, lists) => {
  stage.emulator.seed(40);
  stage.emulator.armFault({ kind: "response", operation: "list", times: "all", ...response });
  const process = stage.process();
  for (const number of numbersTo(20)) await read(process, `seed-${number}`);
  expect(counts().list).toBe(1);
  stage.pass(30_000);
  for (const number of numbersTo(20)) await read(process, `seed-${number + 20}`);
  expect(counts()).toEqual({ list: lists, get: 40 });
});

/** The list of an account whose 10 pages take longer to read than one of them can be used. */
describe("a long list", () => {
  const count = 10 * largestPage;
  const pages = 10;
  const latencyMs = 4_000;
  /** The numbers of the integrations that were changed after the list was read. */
  const changed = new Set<number>();

  /** A page whose records have another tag if they were changed. */
  function page({ path }: SentRequest): Reply {
    const from = Number(new URLSearchParams(path.split("?")[1]).get("bookmark") ?? "0");
    const to = Math.min(count, from + largestPage);
    const items = Array.from({ length: to - from }, (_, index) => ({
      id: String(from + index + 1),
      external_business_id: `shop-${from + index}`,
      connected_tag_id: changed.has(from + index) ? "2" : "1",
    }));
    return { status: 200, body: { items, bookmark: to < count ? String(to) : null } };
  }

  function account() {
    const { api, client, clock } = fake(page, { latencyMs });
    const listings = new Listings({ client: () => client, now: () => clock.now() });
    const find = (number: number) => listings.find(client, `shop-${number}`, () => true);
    return { clock, find, lists: () => api.requests.length };
  }

  test("is read once, even if that takes longer than the lifetime of its pages", async () => {
    const { clock, find, lists } = account();
    let gets = 0;
    const numbers = shuffled(count).map((number) => number - 1);
    const reading = inParallel(numbers, 16, async (number) => {
      if ((await find(number)) !== undefined) return;
      gets += 1;
      await clock.sleep(latencyMs);
    });
    await clock.run(reading);
    expect(lists()).toBeLessThanOrEqual(pages);
    // Each read allows another page.
    expect(gets).toBeLessThanOrEqual(pages);
  });

  test("is used for 30 s after its last page", async () => {
    const { clock, find, lists } = account();
    const later = async (number: number, milliseconds: number) => {
      await clock.run(clock.sleep(milliseconds));
      return (await clock.run(find(number)))?.connectedTagId;
    };
    expect(await later(0, 0)).toBe("1");
    changed.add(1).add(2).add(3);
    expect(await later(largestPage, 20_000)).toBe("1");
    expect(lists()).toBe(2);
    expect(await later(1, 30_000)).toBe("1");
    expect(await later(2, 1)).toBe("2");
    expect(lists()).toBe(3);
  });
});

describe("reading ahead", () => {
  const names = Array.from({ length: 100 }, (_, index) => `account-${index}`);

  /** The accounts whose lists are requested if reads need those of `needed`, in order. */
  function requested(
    readAheadAccounts: readonly string[],
    needed: readonly (string | undefined)[],
  ): string[] {
    const lists: string[] = [];
    const client = (account: string | undefined) => {
      if (account === "unusable") throw new Error("no token");
      const listIntegrations = async () => {
        lists.push(String(account));
        return { items: [] };
      };
      return { listIntegrations } as unknown as PinterestClient;
    };
    const listings = new Listings({ client, readAheadAccounts, now: () => 0 });
    for (const account of needed) listings.readAhead(account);
    return lists.sort();
  }

  test("requests each list once if every account is read, without the first, which makes its own request", () => {
    expect(requested(names, [...names, ...names])).toEqual(names.slice(1).sort());
  });

  test.each([
    ["at most 32 lists that no read has needed", ["one", "two", "three"], 32],
    ["another list for each one that is needed", ["account-0", "account-1"], 33],
    ["no list for a stack without named accounts", [undefined], 0],
  ])("requests %s", (_what, needed, lists) => {
    expect(requested(names, needed)).toHaveLength(lists);
  });

  test("skips an account without a client", () => {
    expect(requested(["north", "unusable", "south"], ["north"])).toEqual(["south"]);
  });
});
