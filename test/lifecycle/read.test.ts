import { describe, expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { missing } from "../expected/messages";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

/** An emulator of Pinterest, which is reset before each test, and provider processes that use it. */
const stage = stageOfFile();

// Without a consistency timeout, a missing integration counts as deleted, and not as a stale read.
const providerProcess = (options = {}) => stage.process({ consistencyTimeoutMs: 0, ...options });

// The engine calls `read` for three purposes:

/** Given the outputs in state: `pulumi refresh`. */
const refresh = (state: Bag) => providerProcess().read("shop-1", state);
/** Given properties of a program: an import, or `CommerceIntegration.get`. */
const importOrGet = (properties: Bag) => providerProcess().read("shop-1", properties);
/** Given the outputs in state, before a preview or an update: the drift check. */
const check = (state: Bag, declaredIn: "program" | "merchant list" = "program") =>
  providerProcess({ readMode: () => "check", declaredIn }).read("shop-1", state);

const shop = { externalBusinessId: "shop-1" };
const tagged = { ...shop, connectedTagId: "1" };
/** The name of another account, which has no integration. */
const addAccount = () => stage.emulator.addAccount({ name: "other-account" }).name;

describe("a refresh", () => {
  test("returns what somebody changed at Pinterest as inputs, without fields that the program does not set", async () => {
    const state = await stage.created({
      ...shop,
      connectedTagId: "1",
      connectedMerchantId: "11",
      scopes: "a,b",
    });
    stage.emulator.change("shop-1", {
      connected_tag_id: "7",
      connected_merchant_id: null,
      // Scopes are a set. Inputs have them in the form that the provider writes: sorted, with commas.
      scopes: "c b",
      connected_lba_id: "8",
    });
    expect((await refresh(state))?.inputs).toStrictEqual({ ...shop, connectedTagId: "7", scopes: "b,c" });
  });

  // test/promises/drift has equivalent values, and compare-secrets.test.ts changed secrets.

  test("keeps arguments that Pinterest does not store", async () => {
    const program = { ...shop, adopt: false, whenRemoved: "release", providerName: "explicit" };
    expect((await refresh(await stage.created(program)))?.inputs).toStrictEqual(program);
  });

  test.each(["empty", "null", "omitted"] as const)(
    "changes nothing if unset fields are %s",
    async (metadataUnset) => {
      stage.emulator.setSwitches({ metadataUnset });
      const state = await stage.created(tagged);
      expect(await refresh(state)).toStrictEqual({ inputs: tagged, outputs: state });
    },
  );

  test("returns as outputs all fields of Pinterest, without those that were cleared", async () => {
    const state = await stage.created(tagged);
    stage.emulator.change("shop-1", { connected_tag_id: null, connected_lba_id: "8" });
    const outputs = (await refresh(state))?.outputs ?? {};
    expect(outputs).toMatchObject({ connectedLbaId: "8" });
    expect(outputs).not.toHaveProperty("connectedTagId");

    stage.emulator.change("shop-1", { connected_tag_id: "2", connected_lba_id: null });
    const next = await refresh(outputs);
    expect(next?.inputs).toStrictEqual({ ...shop, connectedTagId: "2" });
    expect(next?.outputs).not.toHaveProperty("connectedLbaId");
  });

  test("returns the new integration ID of a recreated integration", async () => {
    const state = await stage.created(shop);
    stage.emulator.remove("shop-1");
    const { id } = stage.emulator.put("shop-1");
    expect((await refresh(state))?.outputs).toMatchObject({ integrationId: id });
  });

  test("returns nothing for a missing integration, without a message, because the engine prints one", async () => {
    const state = await stage.created(shop);
    stage.emulator.remove("shop-1");
    expect(await refresh(state)).toBeUndefined();
    expect(stage.notes).toEqual([]);
  });

  test("fails after a success response without an integration", async () => {
    const state = await stage.created(shop);
    stage.emulator.armFault({ kind: "response", times: "all", status: 200, body: "<html>welcome</html>" });
    expect(await failureOf(refresh(state))).toMatchObject({ operation: "getCommerceIntegration" });
  });

  test("fails if the integration belongs to another owner now", async () => {
    const state = await stage.created(shop);
    stage.emulator.change("shop-1", {}, { account: addAccount() });
    expect(await failureOf(refresh(state))).toMatchObject({ topic: "another-owner" });
  });
});

describe("an import", () => {
  test("imports an ID: all fields are outputs, and the ID and account are inputs", async () => {
    const account = addAccount();
    stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account });
    const imported = await importOrGet({ account });
    expect(imported?.inputs).toStrictEqual({ ...shop, account });
    expect(imported?.outputs).toMatchObject({ account, connectedTagId: "1" });
  });

  test("imports an ID with fields: these fields are inputs, with the values at Pinterest", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "2" });
    const imported = await importOrGet({ ...shop, connectedTagId: "9" });
    expect(imported?.inputs).toStrictEqual({ ...shop, connectedTagId: "1" });
  });
});

// The engine sends the same request as for a refresh. The SDK adds the input `__lookup`.
describe("`CommerceIntegration.get`", () => {
  test("returns the integration, without the input `__lookup`", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1" });
    const found = await importOrGet({ ...shop, __lookup: true });
    expect(found?.outputs).toMatchObject({ connectedTagId: "1" });
    expect(found?.outputs).not.toHaveProperty("__lookup");
  });
});

describe("the drift check of a preview or update", () => {
  test("returns drift without a message", async () => {
    const state = await stage.created(tagged);
    stage.emulator.change("shop-1", { connected_tag_id: "7" });
    expect((await check(state))?.inputs).toStrictEqual({ ...shop, connectedTagId: "7" });
    expect(stage.notes).toEqual([]);
  });

  test.each(["program", "merchant list"] as const)(
    "reports that the update recreates a missing integration if the %s declares it",
    async (declaredIn) => {
      const state = await stage.created(shop);
      stage.emulator.remove("shop-1");
      expect(await check(state, declaredIn)).toBeUndefined();
      expect(stage.notes).toEqual([missing("shop-1", declaredIn)]);
    },
  );
});
