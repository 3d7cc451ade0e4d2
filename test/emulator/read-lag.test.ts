import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const path = "/integrations/commerce/shop";

async function startWithLag(readLag: number) {
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
  const { send, get } = await startWithLag(2);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  expect([await get(), await get(), await get()]).toEqual([undefined, undefined, "a"]);
});

test("answers a write with the new values", async () => {
  const { send, emulator } = await startWithLag(3);
  emulator.put("shop", { scopes: "a" });
  expect((await send(`PATCH ${path}`, { body: { scopes: "b" } })).body.scopes).toBe("b");
});

test("shows several writes together, a number of reads after the last write", async () => {
  const { send, emulator, get } = await startWithLag(2);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  expect(await get()).toBe("a");
  await send(`PATCH ${path}`, { body: { scopes: "c" } });
  expect([await get(), await get(), await get()]).toEqual(["a", "a", "c"]);
});

test("shows a deleted integration for a number of reads, at its position in the list", async () => {
  const { send, emulator, get, list } = await startWithLag(2);
  emulator.put("shop", { scopes: "a" });
  emulator.put("newer", { scopes: "newer" });
  await send(`DELETE ${path}`);
  expect(await get()).toBe("a");
  expect(await list()).toEqual(["a", "newer"]);
  expect(await list()).toEqual(["newer"]);
  expect(await get()).toBeUndefined();
});

test("counts a list as a read of only the caller's integrations", async () => {
  const { send, list } = await startWithLag(1);
  await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes: "a" } });
  await send("GET /integrations", { account: "shop-2" });
  expect(await list()).toEqual([]);
  expect(await list()).toEqual(["a"]);
});

test("shows administrative changes immediately", async () => {
  const { send, emulator, get } = await startWithLag(5);
  emulator.put("shop", { scopes: "a" });
  await send(`PATCH ${path}`, { body: { scopes: "b" } });
  emulator.change("shop", { scopes: "c" });
  expect(await get()).toBe("c");
});
