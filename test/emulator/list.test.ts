import { expect, test } from "@jest/globals";
import type { EmulatorOptions } from "../../emulator";
import { emulate, type Received, type Send } from "./helpers/emulate";

const ids = ({ body }: Received): string[] =>
  body.items.map((item: { external_business_id: string }) => item.external_business_id);

/** All pages from the first to the one without a bookmark; `between` acts after each page. */
async function pages(send: Send, pageSize: number, between: () => void = () => {}): Promise<string[][]> {
  const seen: string[][] = [];
  for (let query = `?page_size=${pageSize}`; ; ) {
    const answer = await send(`GET /integrations${query}`);
    seen.push(ids(answer));
    if (!answer.body.bookmark) return seen;
    between();
    query = `?page_size=${pageSize}&bookmark=${encodeURIComponent(answer.body.bookmark)}`;
  }
}

async function seeded(count: number, switches: EmulatorOptions["switches"] = {}) {
  const started = await emulate({ switches });
  started.emulator.seed(count, { prefix: "" });
  return started;
}

test("a page holds 25 integrations unless another size is asked for, 250 at most", async () => {
  const { send } = await seeded(300);
  expect(ids(await send("GET /integrations"))).toHaveLength(25);
  expect(ids(await send("GET /integrations?page_size=1"))).toHaveLength(1);
  expect(ids(await send("GET /integrations?page_size=250"))).toHaveLength(250);
});

test.each(["0", "251", "-1", "ten", "2.5", ""])("a page size of '%s' is a bad request", async (size) => {
  const { send } = await emulate();
  expect(await send(`GET /integrations?page_size=${size}`)).toMatchObject({
    status: 400,
    body: { code: 1, message: expect.stringContaining("'page_size'") },
  });
});

test("the pages together hold each integration once, the oldest first", async () => {
  const { send } = await seeded(7);
  expect(await pages(send, 3)).toEqual([["1", "2", "3"], ["4", "5", "6"], ["7"]]);
});

test("the newest come first where set so", async () => {
  const { send } = await seeded(5, { listOrder: "newest" });
  expect(await pages(send, 2)).toEqual([["5", "4"], ["3", "2"], ["1"]]);
});

test("the last page has the bookmark null, or none, as set, even when it is full", async () => {
  const { send, emulator } = await seeded(2);
  expect((await send("GET /integrations?page_size=2")).body).toHaveProperty("bookmark", null);
  emulator.setSwitches({ lastBookmark: "omitted" });
  expect((await send("GET /integrations?page_size=2")).body).not.toHaveProperty("bookmark");
  expect((await send("GET /integrations?page_size=1")).body).toHaveProperty("bookmark", expect.any(String));
});

test("without an integration there is one empty page", async () => {
  const { send } = await emulate();
  expect((await send("GET /integrations")).body).toEqual({ items: [], bookmark: null });
});

test("pages are half full where set so, and still hold everything", async () => {
  const { send } = await seeded(5, { shortPages: "half" });
  expect(await pages(send, 4)).toEqual([["1", "2"], ["3", "4"], ["5"]]);
});

test("every second page is empty where set so, though more follow", async () => {
  const { send } = await seeded(5, { shortPages: "empty" });
  expect(await pages(send, 2)).toEqual([["1", "2"], [], ["3", "4"], [], ["5"]]);
});

test("an integration that is made between two pages moves no other", async () => {
  const { send, emulator } = await seeded(4, { listOrder: "newest" });
  let made = 0;
  const seen = await pages(send, 2, () => void emulator.put(`new-${++made}`));
  expect(seen).toEqual([
    ["4", "3"],
    ["2", "1"],
  ]);
});

test("a bookmark stays good when its integration is removed", async () => {
  const { send, emulator } = await seeded(4);
  const seen = await pages(send, 2, () => emulator.remove("2"));
  expect(seen).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
});

test("the page after a bookmark is empty and the last when all that followed is removed", async () => {
  const { send, emulator } = await seeded(3);
  const removing = () => ["2", "3"].forEach((id) => void emulator.remove(id));
  expect(await pages(send, 1, removing)).toEqual([["1"], []]);
});

test("where bookmarks count, one made between two pages shows another twice, one removed hides another", async () => {
  const { send, emulator } = await seeded(4, { listOrder: "newest", bookmarkBy: "offset" });
  let made = 0;
  const inserting = () => void (made === 0 && emulator.put(`new-${++made}`));
  expect(await pages(send, 2, inserting)).toEqual([["4", "3"], ["3", "2"], ["1"]]);
  emulator.remove("new-1");
  const removing = () => void (emulator.integration("4") && emulator.remove("4"));
  expect(await pages(send, 2, removing)).toEqual([["4", "3"], ["1"]]);
});

test.each(["", "nonsense", "MTIzOnJlY29yZDoxOjE", "!"])(
  "the bookmark '%s' is a bad request",
  async (bookmark) => {
    const { send } = await seeded(3);
    expect(await send(`GET /integrations?bookmark=${bookmark}`)).toMatchObject({
      status: 400,
      body: { code: 1 },
    });
  },
);

test("another caller's bookmark is a bad request", async () => {
  const { send } = await seeded(3);
  const { body } = await send("GET /integrations?page_size=1");
  const request = `GET /integrations?bookmark=${body.bookmark}`;
  expect(await send(request)).toMatchObject({ status: 200 });
  expect(await send(request, { account: "shop-2" })).toMatchObject({ status: 400 });
});
