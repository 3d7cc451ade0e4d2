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

test("hides a new integration for a number of reads", async () => {
  const { send, get } = await lagging(2);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  expect([await get(), await get(), await get()]).toEqual([undefined, undefined, "a"]);
});

test("answers a write with the new values", async () => {
  const { send, emulator } = await lagging(3);
  emulator.put("shop", { scopes: "a" });
  expect((await send(`PATCH ${path}`, { body: { scopes: "b" } })).body.scopes).toBe("b");
});

test("shows several writes together, a number of reads after the last", async () => {
  const { send, emulator, get } = await lagging(2);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  expect(await get()).toBe("a");
  await send(`PATCH ${path}`, { body: { scopes: "c" } });
  expect([await get(), await get(), await get()]).toEqual(["a", "a", "c"]);
});

test("still shows a deleted integration, at its position in the list", async () => {
  const { send, emulator, get, list } = await lagging(2);
  emulator.put("shop", { scopes: "a" });
  emulator.put("newer", { scopes: "newer" });
  await send(`DELETE ${path}`);
  expect(await get()).toBe("a");
  expect(await list()).toEqual(["a", "newer"]);
  expect(await list()).toEqual(["newer"]);
  expect(await get()).toBeUndefined();
});

test("counts a list as a read of the caller's integrations only", async () => {
  const { send, list } = await lagging(1);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  await send("GET /integrations", { account: "shop-2" });
  expect(await list()).toEqual([]);
  expect(await list()).toEqual(["a"]);
});

test("shows administrative changes at once", async () => {
  const { send, emulator, get } = await lagging(5);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  emulator.change("shop", { scopes: "c" });
  expect(await get()).toBe("c");
});
