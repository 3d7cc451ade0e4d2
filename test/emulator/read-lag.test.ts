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
