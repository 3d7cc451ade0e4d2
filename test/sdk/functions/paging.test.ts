import { expect, test } from "@jest/globals";
import { getIntegrations } from "../../../provider";
import { emulatedRun } from "../helpers/emulated-run";

const stage = emulatedRun();

const seedIds = (count: number) => Array.from({ length: count }, (_, index) => `seed-${index + 1}`).sort();

async function ids(pageSize?: number): Promise<(string | undefined)[]> {
  const { integrations } = await getIntegrations(pageSize === undefined ? {} : { pageSize });
  return integrations.map(({ externalBusinessId }) => externalBusinessId);
}

test("requests 250 integrations per page", async () => {
  stage.emulator.seed(501);
  expect(await ids()).toEqual(seedIds(501));
  expect(stage.emulator.requests().map(({ path }) => path.replace(/bookmark=[^&]*/, "bookmark"))).toEqual([
    "/v5/integrations?page_size=250",
    "/v5/integrations?bookmark&page_size=250",
    "/v5/integrations?bookmark&page_size=250",
  ]);
});

test.each([
  [0, 1],
  [9, 1],
  [10, 1],
  [11, 2],
  [20, 2],
])("lists %d integrations with %d requests of ten", async (count, pages) => {
  stage.emulator.seed(count);
  expect(await ids(10)).toEqual(seedIds(count));
  expect(stage.emulator.counters().operations.list).toBe(pages);
});

test.each(["half", "empty"] as const)("short pages (%s) do not end the list", async (shortPages) => {
  stage.emulator.setSwitches({ shortPages });
  stage.emulator.seed(25);
  expect(await ids(10)).toEqual(seedIds(25));
});

test("stops at a page without a bookmark", async () => {
  stage.emulator.setSwitches({ lastBookmark: "omitted" });
  stage.emulator.seed(3);
  expect(await ids(2)).toEqual(seedIds(3));
});

test("lists an integration that moves to the next page only once", async () => {
  stage.emulator.setSwitches({ bookmarkBy: "offset", listOrder: "newest" });
  stage.emulator.seed(4);
  let responses = 0;
  const stop = stage.emulator.onResponse(() => {
    responses += 1;
    if (responses === 1) stage.emulator.put("new");
  });
  const listed = await ids(2);
  stop();
  const returned = stage.emulator
    .requests()
    .flatMap(({ response_body }) => (response_body as { items: unknown[] }).items);
  expect(returned).toHaveLength(5);
  expect(listed).toEqual(seedIds(4));
});

test("fails if a bookmark repeats", async () => {
  const page = { items: [], bookmark: "again" };
  stage.emulator.armFault({ kind: "response", status: 200, body: page, operation: "list", times: "all" });
  await expect(getIntegrations()).rejects.toThrow("Pinterest returned the same bookmark twice");
  expect(stage.emulator.counters().operations.list).toBe(2);
});

test("fails if bookmarks alternate", async () => {
  const bookmarks = ["a", "b", "a"];
  for (const bookmark of bookmarks) {
    stage.emulator.armFault({
      kind: "response",
      status: 200,
      body: { items: [], bookmark },
      operation: "list",
    });
  }
  await expect(getIntegrations()).rejects.toThrow("Pinterest returned the same bookmark twice");
  expect(stage.emulator.counters().operations.list).toBe(bookmarks.length);
});

test("fails if a page fails", async () => {
  stage.emulator.seed(5);
  stage.emulator.armFault({ kind: "response", status: 503, operation: "list", skip: 1, times: "all" });
  await expect(getIntegrations({ pageSize: 2 })).rejects.toMatchObject({ status: 503 });
});
