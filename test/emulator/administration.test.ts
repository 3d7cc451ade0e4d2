import { expect, test } from "@jest/globals";
import { ZodError } from "zod";
import { emulate } from "./helpers/emulate";

test("creates an integration of the first account by default", async () => {
  const { send, emulator } = await emulate();
  const put = emulator.put("shop", { scopes: "a", partner_access_token: "secret" });
  expect(put).toMatchObject({
    external_business_id: "shop",
    scopes: "a",
    partner_access_token: "secret",
    connected_tag_id: null,
  });
  expect(await send("GET /integrations/commerce/shop")).toMatchObject({ status: 200, body: { id: put.id } });
  emulator.put("theirs", {}, { account: "shop-2" });
  expect(emulator.integrations("shop-2").map((held) => held.external_business_id)).toEqual(["theirs"]);
});

test("replaces the fields of an integration, and keeps its ID and owner", async () => {
  const { emulator } = await emulate();
  const first = emulator.put("shop", { scopes: "a" }, { account: "shop-2" });
  const second = emulator.put("shop", { additional_id_1: "b" });
  expect(second).toEqual({
    ...first,
    scopes: null,
    additional_id_1: "b",
    updated_timestamp: expect.any(Number),
  });
});

test("creates hundreds of integrations, each with its own fields", async () => {
  const { emulator } = await emulate();
  emulator.seed(500, { prefix: "shop-", fields: (number) => ({ connected_tag_id: String(number) }) });
  expect(emulator.integrations()).toHaveLength(500);
  expect(emulator.integration("shop-500")).toMatchObject({ connected_tag_id: "500" });
  expect(new Set(emulator.integrations().map(({ id }) => id)).size).toBe(500);
});

test("sets and clears fields, and updates the time of the last update", async () => {
  const { emulator } = await emulate();
  const before = emulator.put("shop", { scopes: "a", additional_id_1: "x", connected_tag_id: "1" });
  const after = emulator.change("shop", { scopes: "b", additional_id_1: null });
  expect(after).toMatchObject({ id: before.id, scopes: "b", additional_id_1: null, connected_tag_id: "1" });
  expect(after.updated_timestamp).toBeGreaterThan(before.updated_timestamp);
});

test("deletes an integration", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  emulator.remove("shop");
  expect(await send("GET /integrations/commerce/shop")).toMatchObject({ status: 404 });
});

test("names a missing integration, account or token in the error", async () => {
  const { emulator } = await emulate();
  expect(() => emulator.change("shop", {})).toThrow("the integration 'shop' does not exist");
  expect(() => emulator.remove("shop")).toThrow("the integration 'shop' does not exist");
  expect(() => emulator.put("shop", {}, { account: "nobody" })).toThrow(
    "the account 'nobody' does not exist",
  );
  expect(() => emulator.token("nobody")).toThrow("the account 'nobody' does not exist");
  expect(() => emulator.expireToken("unknown")).toThrow("no account has this token");
  expect(emulator.integrations()).toEqual([]);
});

test("rejects unknown fields and values of the wrong type", async () => {
  const { emulator } = await emulate();
  expect(() => emulator.put("shop", { colour: "red" } as object)).toThrow(ZodError);
  expect(() => emulator.put("shop", { scopes: 1 } as object)).toThrow(ZodError);
  expect(() => emulator.put("")).toThrow(ZodError);
  expect(emulator.integrations()).toEqual([]);
});

test("rejects account names that exist or contain invalid characters", async () => {
  const { emulator } = await emulate();
  expect(() => emulator.addAccount({ name: "shop-1" })).toThrow("'shop-1' already exists");
  expect(() => emulator.addAccount({ name: "a b" })).toThrow("the name of an account must consist of");
});

test("returns copies of its data", async () => {
  const { emulator } = await emulate();
  emulator.put("shop");
  emulator.integrations().pop();
  emulator.accounts().pop();
  (emulator.switches() as { readLag: number }).readLag = 9;
  expect(emulator.integrations()).toHaveLength(1);
  expect(emulator.accounts()).toHaveLength(2);
  expect(emulator.switches().readLag).toBe(0);
});

test("restores the initial accounts, switches and IDs in a reset", async () => {
  const { send, emulator } = await emulate({
    switches: { readLag: 1 },
    accounts: 1,
    now: () => 1_700_000_000_000,
  });
  const first = emulator.put("shop");
  const token = emulator.token();
  emulator.issueToken();
  emulator.addAccount({ name: "late" });
  emulator.setSwitches({ readLag: 7 });
  emulator.armFault({ kind: "hang", times: "all" });
  emulator.onRequest(() => {
    throw new Error("a listener from before the reset");
  });
  emulator.reset();
  expect(emulator.integrations()).toEqual([]);
  expect(emulator.accounts()).toMatchObject([{ name: "shop-1", access_tokens: [token] }]);
  expect(emulator.switches().readLag).toBe(1);
  expect(emulator.faults()).toEqual([]);
  expect(emulator.counters().requests).toBe(0);
  expect(await send("GET /integrations")).toMatchObject({ status: 200 });
  expect(emulator.put("shop")).toEqual(first);
});

test("generates the same integration IDs with the same seed only", async () => {
  const id = async (seed: number) => (await emulate({ seed })).emulator.put("shop").id;
  expect(await id(1)).toBe(await id(1));
  expect(await id(1)).not.toBe(await id(2));
});
