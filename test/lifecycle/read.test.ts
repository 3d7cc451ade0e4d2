import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = {
  externalBusinessId: "shop-1",
  connectedTagId: "1",
  connectedLbaId: "2",
  partnerAccessToken: "hidden",
  partnerAccessTokenExpiry: 1_893_456_000_500,
  scopes: "a,b",
  partnerMetadata: '{"a":9007199254740993}',
  adopt: false,
  whenRemoved: "release",
  providerName: "explicit",
};

test("a reading of what has not changed gives back inputs and outputs as they were", async () => {
  const outputs = await stage.created(inputs);
  expect(await stage.process().read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
});

test.each([
  ["in another order of scopes", { scopes: "b, a" }],
  ["in another spelling of metadata", { partner_metadata: '{ "a" : 9007199254740993 }' }],
  ["with an expiry cut to the second", { partner_access_token_expiry: 1_893_456_000_000 }],
])("what means the same is kept in the spelling of state: %s", async (_what, change) => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", change);
  expect((await stage.process().read("shop-1", outputs))?.inputs).toStrictEqual(inputs);
});

test.each(["empty", "null", "omitted"] as const)(
  "a field that was never set is no drift, whether Pinterest shows it as %s",
  async (metadataUnset) => {
    stage.emulator.setSwitches({ metadataUnset });
    const outputs = await stage.created({ externalBusinessId: "shop-1" });
    expect(await stage.process().read("shop-1", outputs)).toStrictEqual({
      inputs: { externalBusinessId: "shop-1" },
      outputs,
    });
  },
);

test("drift of a managed field is in inputs and outputs, in canonical form", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { connected_tag_id: "7", scopes: "c b" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.inputs).toStrictEqual({ ...inputs, connectedTagId: "7", scopes: "b,c" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "7", scopes: "b,c" });
});

test("a managed field that was cleared is absent, and stays managed until it is back", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { connected_tag_id: null });
  const cleared = await stage.process().read("shop-1", outputs);
  expect(Object.keys(cleared?.inputs ?? {})).not.toContain("connectedTagId");
  expect(Object.keys(cleared?.outputs ?? {})).not.toContain("connectedTagId");
  expect(cleared?.outputs.__managed).toBe(outputs.__managed);
  stage.emulator.change("shop-1", { connected_tag_id: "1" });
  expect((await stage.process().read("shop-1", cleared?.outputs ?? {}))?.inputs).toStrictEqual(inputs);
});

test("a field that the program leaves alone is an output with its live value, and no input", async () => {
  const outputs = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_lba_id: "8", scopes: "b a" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.outputs).toMatchObject({ connectedLbaId: "8", scopes: "a,b", __managed: "t" });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", connectedTagId: "1" });
});

test("a field that is left alone and vanishes is no output any more", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "8" });
  const outputs = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1", adopt: true });
  expect(outputs.connectedLbaId).toBe("8");
  stage.emulator.change("shop-1", { connected_lba_id: null });
  expect((await stage.process().read("shop-1", outputs))?.outputs).not.toHaveProperty("connectedLbaId");
});

test("partner secrets, which no reading shows, stay as the program gave them", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { partner_access_token: "other", connected_tag_id: "7" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.inputs).toMatchObject({ partnerAccessToken: "hidden" });
  expect(result?.outputs).toMatchObject({ partnerAccessToken: "hidden" });
});

test("a reading by id alone shows everything and manages nothing", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const result = await stage.process().read("shop-1", { account: "shop-2" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "1", account: "shop-2", __managed: "" });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", account: "shop-2" });
});

test("state that an import wrote, without a record of what is managed, manages what it wrote down", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "2" });
  const result = await stage.process().read("shop-1", { externalBusinessId: "shop-1", connectedTagId: "9" });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", connectedTagId: "1" });
  expect(result?.outputs.__managed).toBe("t");
});

test("an integration that is gone reads as nothing", async () => {
  const outputs = await stage.created(inputs);
  stage.pass(60_000);
  stage.emulator.remove("shop-1");
  expect(await stage.process().read("shop-1", outputs)).toBeUndefined();
});

test("an integration made anew behind the program's back reads with its new number", async () => {
  const outputs = await stage.created({ externalBusinessId: "shop-1" });
  stage.emulator.remove("shop-1");
  const again = stage.emulator.put("shop-1");
  expect((await stage.process().read("shop-1", outputs))?.outputs.integrationId).toBe(again.id);
});

test.each([
  ["a server error", { status: 503 }],
  ["a refused token", { status: 401, body: { code: 2, message: "Authentication failed." } }],
  ["a proxy's 404", { status: 404, body: "<html>not here</html>" }],
  ["a success that is no integration", { status: 200, body: "<html>welcome</html>" }],
])("%s is an error and no absence", async (_what, answer) => {
  const outputs = await stage.created(inputs);
  stage.pass(60_000);
  stage.emulator.armFault({ kind: "answer", times: "all", ...answer });
  expect(await failureOf(stage.process().read("shop-1", outputs))).toMatchObject({
    operation: "getCommerceIntegration",
  });
});

test("an integration that somebody else holds by now is an error that says so", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  expect((await failureOf(stage.process().read("shop-1", outputs))).message).toContain(
    "integration 'shop-1' belongs to another owner",
  );
});

test("a lookup of an integration that is not there is an error with Pinterest's answer", async () => {
  const lookup = { externalBusinessId: "shop-1", __lookup: true };
  const error = await failureOf(stage.process().read("shop-1", lookup));
  expect(error.message).toMatch(/reading commerce integration "shop-1" failed: .* HTTP 404, code \d+/);
});

test("a lookup leaves no mark in the outputs", async () => {
  const outputs = await stage.created(inputs);
  const found = await stage.process().read("shop-1", { externalBusinessId: "shop-1", __lookup: true });
  expect(found?.outputs).toMatchObject({ connectedTagId: outputs.connectedTagId });
  expect(found?.outputs).not.toHaveProperty("__lookup");
});
