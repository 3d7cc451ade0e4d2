import { expect, test } from "@jest/globals";
import type { EmulatorOptions } from "../../emulator";
import { emulate, type Received, type Send } from "./helpers/emulate";

const ids = ({ body }: Received): string[] =>
  body.items.map((item: { external_business_id: string }) => item.external_business_id);

/** Returns all pages. Calls `between` after each page. */
async function pages(send: Send, pageSize: number, between: () => void = () => {}): Promise<string[][]> {
  const idsOfPages: string[][] = [];
  for (let query = `?page_size=${pageSize}`; ; ) {
    const answer = await send(`GET /integrations${query}`);
    idsOfPages.push(ids(answer));
    if (!answer.body.bookmark) return idsOfPages;
    between();
    query = `?page_size=${pageSize}&bookmark=${encodeURIComponent(answer.body.bookmark)}`;
  }
}

async function seeded(count: number, switches: EmulatorOptions["switches"] = {}) {
  const started = await emulate({ switches });
  started.emulator.seed(count, { prefix: "" });
  return started;
}

test("returns 25 integrations per page by default, and at most 250", async () => {
  const { send } = await seeded(300);
  expect(ids(await send("GET /integrations"))).toHaveLength(25);
  expect(ids(await send("GET /integrations?page_size=1"))).toHaveLength(1);
  expect(ids(await send("GET /integrations?page_size=250"))).toHaveLength(250);
});

test.each(["0", "251", "-1", "ten", "2.5", ""])("rejects a page size of '%s'", async (size) => {
  const { send } = await emulate();
  expect(await send(`GET /integrations?page_size=${size}`)).toMatchObject({
    status: 400,
    body: { code: 1, message: expect.stringContaining("'page_size'") },
  });
});

test("returns each integration once, the oldest first", async () => {
  const { send } = await seeded(7);
  expect(await pages(send, 3)).toEqual([["1", "2", "3"], ["4", "5", "6"], ["7"]]);
});

test("returns the newest first if the switch is set", async () => {
  const { send } = await seeded(5, { listOrder: "newest" });
  expect(await pages(send, 2)).toEqual([["5", "4"], ["3", "2"], ["1"]]);
});

test("ends with a null bookmark, or without one if the switch is set, also after a full page", async () => {
  const { send, emulator } = await seeded(2);
  expect((await send("GET /integrations?page_size=2")).body).toHaveProperty("bookmark", null);
  emulator.setSwitches({ lastBookmark: "omitted" });
  expect((await send("GET /integrations?page_size=2")).body).not.toHaveProperty("bookmark");
  expect((await send("GET /integrations?page_size=1")).body).toHaveProperty("bookmark", expect.any(String));
});

test("returns one empty page if the account has no integrations", async () => {
  const { send } = await emulate();
  expect((await send("GET /integrations")).body).toEqual({ items: [], bookmark: null });
});

test("returns every integration on half-full pages if the switch is set", async () => {
  const { send } = await seeded(5, { shortPages: "half" });
  expect(await pages(send, 4)).toEqual([["1", "2"], ["3", "4"], ["5"]]);
});

test("returns every second page empty if the switch is set, although more follow", async () => {
  const { send } = await seeded(5, { shortPages: "empty" });
  expect(await pages(send, 2)).toEqual([["1", "2"], [], ["3", "4"], [], ["5"]]);
});

test("is not affected by an integration that is created between two pages", async () => {
  const { send, emulator } = await seeded(4, { listOrder: "newest" });
  let count = 0;
  const ids = await pages(send, 2, () => void emulator.put(`new-${++count}`));
  expect(ids).toEqual([
    ["4", "3"],
    ["2", "1"],
  ]);
});

test("accepts a bookmark whose integration was deleted", async () => {
  const { send, emulator } = await seeded(4);
  const ids = await pages(send, 2, () => emulator.remove("2"));
  expect(ids).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
});

test("returns an empty last page if all following integrations were deleted", async () => {
  const { send, emulator } = await seeded(3);
  const removing = () => ["2", "3"].forEach((id) => void emulator.remove(id));
  expect(await pages(send, 1, removing)).toEqual([["1"], []]);
});

test("with bookmarkBy offset, returns an integration twice or not at all after changes between two pages", async () => {
  const { send, emulator } = await seeded(4, { listOrder: "newest", bookmarkBy: "offset" });
  let made = 0;
  const inserting = () => void (made === 0 && emulator.put(`new-${++made}`));
  expect(await pages(send, 2, inserting)).toEqual([["4", "3"], ["3", "2"], ["1"]]);
  emulator.remove("new-1");
  const removing = () => void (emulator.integration("4") && emulator.remove("4"));
  expect(await pages(send, 2, removing)).toEqual([["4", "3"], ["1"]]);
});

test.each(["", "nonsense", "MTIzOnJlY29yZDoxOjE", "!"])("rejects the bookmark '%s'", async (bookmark) => {
  const { send } = await seeded(3);
  expect(await send(`GET /integrations?bookmark=${bookmark}`)).toMatchObject({
    status: 400,
    body: { code: 1 },
  });
});

test("rejects the bookmark of another caller", async () => {
  const { send } = await seeded(3);
  const { body } = await send("GET /integrations?page_size=1");
  const request = `GET /integrations?bookmark=${body.bookmark}`;
  expect(await send(request)).toMatchObject({ status: 200 });
  expect(await send(request, { account: "shop-2" })).toMatchObject({ status: 400 });
});
