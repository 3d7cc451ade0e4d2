import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const path = "/integrations/commerce/shop";

async function lagging(readLag: number) {
  const { send, emulator } = await emulate({ switches: { readLag } });
  return {
    emulator,
    send,
    get: async () => (await send(`GET ${path}`)).body.scopes,
    list: async () =>
      (await send("GET /integrations")).body.items.map((item: { scopes: string }) => item.scopes),
  };
}

test("an integration just made is found by nobody for so many reads", async () => {
  const { send, get } = await lagging(2);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  expect([await get(), await get(), await get()]).toEqual([undefined, undefined, "a"]);
});

test("the answer to a write has the new values at once", async () => {
  const { send, emulator } = await lagging(3);
  emulator.put("shop", { scopes: "a" });
  expect((await send(`PATCH ${path}`, { body: { scopes: "b" } })).body.scopes).toBe("b");
});

test("several writes are seen together, so many reads after the last", async () => {
  const { send, emulator, get } = await lagging(2);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  expect(await get()).toBe("a");
  await send(`PATCH ${path}`, { body: { scopes: "c" } });
  expect([await get(), await get(), await get()]).toEqual(["a", "a", "c"]);
});

test("an integration just deleted is still found, in the list too and at its place there", async () => {
  const { send, emulator, get, list } = await lagging(2);
  emulator.put("shop", { scopes: "a" });
  emulator.put("newer", { scopes: "newer" });
  await send(`DELETE ${path}`);
  expect(await get()).toBe("a");
  expect(await list()).toEqual(["a", "newer"]);
  expect(await list()).toEqual(["newer"]);
  expect(await get()).toBeUndefined();
});

test("a list counts as a read of what it does not show yet, and another caller's list does not", async () => {
  const { send, list } = await lagging(1);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  await send("GET /integrations", { account: "shop-2" });
  expect(await list()).toEqual([]);
  expect(await list()).toEqual(["a"]);
});

test("what is changed behind the program's back is seen at once", async () => {
  const { send, emulator, get } = await lagging(5);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  emulator.change("shop", { scopes: "c" });
  expect(await get()).toBe("c");
});

test("reads see what was before for so many milliseconds, however many there are", async () => {
  const clock = { now: 1_700_000_000_000 };
  const { send, emulator } = await emulate({ now: () => clock.now, switches: { readLagMs: 3000 } });
  const get = async () => (await send(`GET ${path}`)).body.scopes;
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  clock.now += 2999;
  expect([await get(), await get()]).toEqual(["a", "a"]);
  expect((await send("GET /integrations")).body.items).toMatchObject([{ scopes: "a" }]);
  clock.now += 1;
  expect(await get()).toBe("b");
  expect((await send("GET /integrations")).body.items).toMatchObject([{ scopes: "b" }]);
  await send(`DELETE ${path}`);
  expect(await get()).toBe("b");
  clock.now += 3000;
  expect((await send("GET /integrations")).body.items).toEqual([]);
});

test("where reads and milliseconds are set, the lag is over when both are", async () => {
  const clock = { now: 1_700_000_000_000 };
  const { send, emulator } = await emulate({ now: () => clock.now, switches: { readLag: 2, readLagMs: 10 } });
  const get = async () => (await send(`GET ${path}`)).body.scopes;
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  clock.now += 10;
  expect([await get(), await get(), await get()]).toEqual(["a", "a", "b"]);
  await send(`PATCH ${path}`, { body: { scopes: "c" } });
  expect([await get(), await get(), await get()]).toEqual(["b", "b", "b"]);
  clock.now += 10;
  expect(await get()).toBe("c");
});
