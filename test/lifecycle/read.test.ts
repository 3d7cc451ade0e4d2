import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

/** Provider processes, and an emulator of Pinterest that is reset before each test. */
const stage = stageOfFile();

const shop = { externalBusinessId: "shop-1" };

/** `pulumi refresh`: reads the integration that state has with these outputs. */
function refresh(outputs: Bag) {
  return stage.process({ consistencyTimeoutMs: 0 }).read("shop-1", outputs);
}

/** The read of each preview and update, for drift. */
function checkForDrift(outputs: Bag, declaredIn: "program" | "merchant list" = "program") {
  const process = stage.process({ consistencyTimeoutMs: 0, readMode: () => "check", declaredIn });
  return process.read("shop-1", outputs);
}

test("nothing has changed: the read returns the inputs and outputs of state", async () => {
  const inputs = { ...shop, connectedTagId: "1", partnerAccessToken: "hidden", scopes: "a,b" };
  const outputs = await stage.created(inputs);
  expect(await refresh(outputs)).toStrictEqual({ inputs, outputs });
});

test("inputs that are not fields of Pinterest are kept", async () => {
  const inputs = { ...shop, adopt: false, whenRemoved: "release", providerName: "explicit" };
  const outputs = await stage.created(inputs);
  expect((await refresh(outputs))?.inputs).toStrictEqual(inputs);
});

test("a field of the program that was changed at Pinterest is returned with Pinterest's value", async () => {
  const outputs = await stage.created({ ...shop, connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_tag_id: "7" });
  const result = await refresh(outputs);
  expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "7" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "7" });
});

test("Pinterest's value is returned in the form in which programs have it: scopes sorted, with commas", async () => {
  const outputs = await stage.created({ ...shop, scopes: "a,b" });
  stage.emulator.change("shop-1", { scopes: "c b" });
  expect((await refresh(outputs))?.inputs).toStrictEqual({ ...shop, scopes: "b,c" });
});

test.each([
  ["scopes in another order", { scopes: "a,b" }, { scopes: "b, a" }],
  [
    "JSON with other spaces",
    { partnerMetadata: '{"a":9007199254740993}' },
    { partner_metadata: '{ "a" : 9007199254740993 }' },
  ],
  [
    "a time rounded to the second",
    { partnerAccessToken: "hidden", partnerAccessTokenExpiry: 1_893_456_000_500 },
    { partner_access_token_expiry: 1_893_456_000_000 },
  ],
])("a value at Pinterest that means the same is not drift: %s", async (_what, fields, atPinterest) => {
  const outputs = await stage.created({ ...shop, ...fields });
  stage.emulator.change("shop-1", atPinterest);
  expect((await refresh(outputs))?.inputs).toStrictEqual({ ...shop, ...fields });
});

test("a field of the program that was cleared at Pinterest is drift, and later the new value, too", async () => {
  const outputs = await stage.created({ ...shop, connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_tag_id: null });
  const cleared = await refresh(outputs);
  expect(cleared?.inputs).toStrictEqual(shop);
  expect(cleared?.outputs).not.toHaveProperty("connectedTagId");

  stage.emulator.change("shop-1", { connected_tag_id: "2" });
  const setAgain = await refresh(cleared?.outputs ?? {});
  expect(setAgain?.inputs).toStrictEqual({ ...shop, connectedTagId: "2" });
});

test("a secret of the program is kept, because Pinterest does not return secrets", async () => {
  const inputs = { ...shop, partnerAccessToken: "hidden" };
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { partner_access_token: "other" });
  expect(await refresh(outputs)).toMatchObject({ inputs, outputs: { partnerAccessToken: "hidden" } });
});

test("a field that the program does not set is an output, and not an input", async () => {
  const outputs = await stage.created({ ...shop, connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_lba_id: "8" });
  const result = await refresh(outputs);
  expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "1" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "1", connectedLbaId: "8" });
});

test("a field that the program does not set leaves the outputs if it is cleared at Pinterest", async () => {
  stage.emulator.put("shop-1", { connected_lba_id: "8" });
  const outputs = await stage.created({ ...shop, adopt: true });
  expect(outputs).toMatchObject({ connectedLbaId: "8" });
  stage.emulator.change("shop-1", { connected_lba_id: null });
  expect((await refresh(outputs))?.outputs).not.toHaveProperty("connectedLbaId");
});

test.each(["empty", "null", "omitted"] as const)(
  "a field that was never set is not drift if Pinterest returns it as %s",
  async (metadataUnset) => {
    stage.emulator.setSwitches({ metadataUnset });
    const outputs = await stage.created(shop);
    expect(await refresh(outputs)).toStrictEqual({ inputs: shop, outputs });
  },
);

test("an import of an ID returns all fields as outputs, and none as inputs", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const result = await refresh({ account: "shop-2" });
  expect(result?.inputs).toStrictEqual({ ...shop, account: "shop-2" });
  expect(result?.outputs).toMatchObject({ account: "shop-2", connectedTagId: "1" });
});

test("an import of an ID with fields returns these fields as inputs", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "2" });
  const result = await refresh({ ...shop, connectedTagId: "9" });
  expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "1" });
});

test("a recreated integration has its new integration ID", async () => {
  const outputs = await stage.created(shop);
  stage.emulator.remove("shop-1");
  const { id } = stage.emulator.put("shop-1");
  expect((await refresh(outputs))?.outputs).toMatchObject({ integrationId: id });
});

test("a refresh returns nothing for a missing integration, and prints no message, because the engine does", async () => {
  const outputs = await stage.created(shop);
  stage.emulator.remove("shop-1");
  expect(await refresh(outputs)).toBeUndefined();
  expect(stage.notes).toEqual([]);
});

test.each([
  ["a server error", { status: 503 }],
  ["a refused token", { status: 401, body: { code: 2, message: "Authentication failed." } }],
  ["a proxy's 404", { status: 404, body: "<html>not here</html>" }],
  ["a success response without an integration", { status: 200, body: "<html>welcome</html>" }],
])("a refresh fails after %s", async (_what, response) => {
  const outputs = await stage.created(shop);
  stage.emulator.armFault({ kind: "response", times: "all", ...response });
  expect(await failureOf(refresh(outputs))).toMatchObject({ operation: "getCommerceIntegration" });
});

test("a refresh fails if the integration belongs to another owner now", async () => {
  const outputs = await stage.created(shop);
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  const { message } = await failureOf(refresh(outputs));
  expect(message).toContain("integration 'shop-1' belongs to another owner");
});

// The engine reads for `CommerceIntegration.get` as for a refresh. The input `__lookup` shows the difference.

test("`get` returns an integration without the mark", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" });
  const found = await refresh({ ...shop, __lookup: true });
  expect(found?.outputs).toMatchObject({ connectedTagId: "1" });
  expect(found?.outputs).not.toHaveProperty("__lookup");
});

test("`get` fails with Pinterest's error if the integration is missing", async () => {
  const { message } = await failureOf(refresh({ ...shop, __lookup: true }));
  expect(message).toMatch(/reading commerce integration "shop-1" failed: .* HTTP 404, code \d+/);
});

test("a check returns drift without a message", async () => {
  const outputs = await stage.created({ ...shop, connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_tag_id: "7" });
  expect((await checkForDrift(outputs))?.inputs).toStrictEqual({ ...shop, connectedTagId: "7" });
  expect(stage.notes).toEqual([]);
});

test.each(["program", "merchant list"] as const)(
  "a check reports that the update recreates a missing integration if the %s declares it",
  async (declaredIn) => {
    const outputs = await stage.created(shop);
    stage.emulator.remove("shop-1");
    expect(await checkForDrift(outputs, declaredIn)).toBeUndefined();
    expect(stage.notes).toEqual([
      `integration 'shop-1' is missing at Pinterest. If the ${declaredIn} declares it, the update creates it again`,
    ]);
  },
);

test("a check that fails returns the values of state with a warning, so that the preview goes on", async () => {
  const inputs = { ...shop, connectedTagId: "1" };
  const outputs = await stage.created(inputs);
  stage.emulator.armFault({ kind: "response", status: 503, times: "all" });
  expect(await checkForDrift(outputs)).toStrictEqual({ inputs, outputs });
  expect(stage.notes).toEqual([
    expect.stringContaining("cannot check integration 'shop-1' for drift, so its last known values are used"),
  ]);
});

test("a check that the user has turned off returns the values of state, and sends no request", async () => {
  const inputs = { ...shop, connectedTagId: "1" };
  const outputs = await stage.created(inputs);
  stage.emulator.clearRequests();
  const turnedOff = stage.process({ readMode: () => "skip" });
  expect(await turnedOff.read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
  expect(stage.emulator.requests()).toEqual([]);
});
