import { expect, test } from "@jest/globals";
import type { EmulatorOptions } from "../../emulator";
import { emulate } from "./helpers/emulate";

const requests = [
  "POST /integrations/commerce",
  "GET /integrations/commerce/theirs",
  "PATCH /integrations/commerce/theirs",
  "DELETE /integrations/commerce/theirs",
];

const body = (request: string) =>
  request.startsWith("P") ? { body: { external_business_id: "theirs", scopes: "mine now" } } : {};

async function withTheirs(switches: EmulatorOptions["switches"] = {}) {
  const started = await emulate({ switches });
  const theirs = started.emulator.put("theirs", { scopes: "theirs" }, { account: "shop-2" });
  return { ...started, theirs };
}

test.each(requests)("rejects %s with another owner's ID, and changes nothing", async (request) => {
  const { send, emulator, theirs } = await withTheirs();
  expect(await send(request, body(request))).toMatchObject({
    status: 409,
    body: { code: 4182, message: "Can't access this integration metadata." },
  });
  expect(emulator.integrations()).toEqual([theirs]);
});

test.each(requests)("answers %s with another owner's ID with 403 in generation 5.28", async (request) => {
  const { send, emulator, theirs } = await withTheirs({ generation: "5.28" });
  expect(await send(request, body(request))).toMatchObject({ status: 403, body: { code: 29 } });
  expect(emulator.integrations()).toEqual([theirs]);
});

test("answers a delete of another owner's ID with 404 or success if the switch is set, and deletes nothing", async () => {
  const { send, emulator, theirs } = await withTheirs({ deleteForeign: "missing" });
  expect(await send("DELETE /integrations/commerce/theirs")).toMatchObject({
    status: 404,
    body: { code: 4180 },
  });
  emulator.setSwitches({ deleteForeign: "pretends" });
  expect(await send("DELETE /integrations/commerce/theirs")).toMatchObject({ status: 204 });
  expect(emulator.integrations()).toEqual([theirs]);
});

test("lists only the caller's integrations", async () => {
  const { send, emulator } = await withTheirs();
  emulator.put("mine");
  const listed = async (account: string) =>
    (await send("GET /integrations", { account })).body.items.map(
      (item: { external_business_id: string }) => item.external_business_id,
    );
  expect(await listed("shop-1")).toEqual(["mine"]);
  expect(await listed("shop-2")).toEqual(["theirs"]);
});

test("shares integrations between the accounts of a Pinterest user", async () => {
  const { send, emulator } = await withTheirs();
  emulator.addAccount({
    name: "second-app",
    connected_user_id: emulator.account("shop-2").connected_user_id,
  });
  expect(await send("GET /integrations/commerce/theirs", { account: "second-app" })).toMatchObject({
    status: 200,
  });
});

test("adds accounts, each with its own Pinterest user", async () => {
  const { emulator } = await emulate({ accounts: 1 });
  for (let count = 0; count < 200; count += 1) emulator.addAccount();
  const accounts = emulator.accounts();
  expect(accounts.map(({ name }) => name).slice(0, 3)).toEqual(["shop-1", "shop-2", "shop-3"]);
  expect(new Set(accounts.map((account) => account.connected_user_id)).size).toBe(201);
  expect(new Set(accounts.flatMap((account) => account.access_tokens)).size).toBe(201);
});

test("moves an integration to another account", async () => {
  const { send, emulator } = await emulate();
  const { id } = emulator.put("shop");
  emulator.change("shop", {}, { account: "shop-2" });
  expect(await send("GET /integrations/commerce/shop")).toMatchObject({ status: 409 });
  expect(await send("GET /integrations/commerce/shop", { account: "shop-2" })).toMatchObject({
    status: 200,
    body: { id },
  });
});
