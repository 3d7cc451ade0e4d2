import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

// Provider processes, an emulator that is reset before each test, and a clock that only the tests advance.
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

/** The record in state of the fields that the resource manages: only `connectedTagId`. */
const onlyTag = "t";

test("returns unchanged inputs and outputs if nothing has changed", async () => {
  const outputs = await stage.created(inputs);
  expect(await stage.process().read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
});

test.each([
  ["in another order of scopes", { scopes: "b, a" }],
  ["in another format of metadata", { partner_metadata: '{ "a" : 9007199254740993 }' }],
  ["with an expiry rounded to the second", { partner_access_token_expiry: 1_893_456_000_000 }],
])("keeps equivalent values in the format of state: %s", async (_what, change) => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", change);
  expect((await stage.process().read("shop-1", outputs))?.inputs).toStrictEqual(inputs);
});

test.each(["empty", "null", "omitted"] as const)(
  "ignores a field that was never set and that Pinterest returns as %s",
  async (metadataUnset) => {
    stage.emulator.setSwitches({ metadataUnset });
    const outputs = await stage.created({ externalBusinessId: "shop-1" });
    expect(await stage.process().read("shop-1", outputs)).toStrictEqual({
      inputs: { externalBusinessId: "shop-1" },
      outputs,
    });
  },
);

test("returns drift of a managed field in inputs and outputs, in canonical form", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { connected_tag_id: "7", scopes: "c b" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.inputs).toStrictEqual({ ...inputs, connectedTagId: "7", scopes: "b,c" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "7", scopes: "b,c" });
});

test("keeps a cleared field managed", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { connected_tag_id: null });
  const cleared = await stage.process().read("shop-1", outputs);
  expect(Object.keys(cleared?.inputs ?? {})).not.toContain("connectedTagId");
  expect(Object.keys(cleared?.outputs ?? {})).not.toContain("connectedTagId");
  expect(cleared?.outputs.__managed).toBe(outputs.__managed);
  stage.emulator.change("shop-1", { connected_tag_id: "1" });
  expect((await stage.process().read("shop-1", cleared?.outputs ?? {}))?.inputs).toStrictEqual(inputs);
});

test("returns an unmanaged field as an output only", async () => {
  const outputs = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1" });
  stage.emulator.change("shop-1", { connected_lba_id: "8", scopes: "b a" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.outputs).toMatchObject({ connectedLbaId: "8", scopes: "a,b", __managed: onlyTag });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", connectedTagId: "1" });
});

test("omits an unmanaged field that is no longer set", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "8" });
  const outputs = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1", adopt: true });
  expect(outputs.connectedLbaId).toBe("8");
  stage.emulator.change("shop-1", { connected_lba_id: null });
  expect((await stage.process().read("shop-1", outputs))?.outputs).not.toHaveProperty("connectedLbaId");
});

test("keeps the program's partner secrets, which reads do not show", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", { partner_access_token: "other", connected_tag_id: "7" });
  const result = await stage.process().read("shop-1", outputs);
  expect(result?.inputs).toMatchObject({ partnerAccessToken: "hidden" });
  expect(result?.outputs).toMatchObject({ partnerAccessToken: "hidden" });
});

test("returns everything and manages nothing if there is only an ID", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const result = await stage.process().read("shop-1", { account: "shop-2" });
  expect(result?.outputs).toMatchObject({ connectedTagId: "1", account: "shop-2", __managed: "" });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", account: "shop-2" });
});

test("manages the fields of state from an import without a record", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "2" });
  const result = await stage.process().read("shop-1", { externalBusinessId: "shop-1", connectedTagId: "9" });
  expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", connectedTagId: "1" });
  expect(result?.outputs.__managed).toBe(onlyTag);
});

test("returns the new integration ID of a recreated integration", async () => {
  const outputs = await stage.created({ externalBusinessId: "shop-1" });
  stage.emulator.remove("shop-1");
  const recreated = stage.emulator.put("shop-1");
  expect((await stage.process().read("shop-1", outputs))?.outputs.integrationId).toBe(recreated.id);
});

test.each([
  ["a server error", { status: 503 }],
  ["a refused token", { status: 401, body: { code: 2, message: "Authentication failed." } }],
  ["a proxy's 404", { status: 404, body: "<html>not here</html>" }],
  ["a success response without an integration", { status: 200, body: "<html>welcome</html>" }],
])("fails on %s", async (_what, response) => {
  const outputs = await stage.created(inputs);
  stage.passConsistencyTimeout();
  stage.emulator.armFault({ kind: "response", times: "all", ...response });
  expect(await failureOf(stage.process().read("shop-1", outputs))).toMatchObject({
    operation: "getCommerceIntegration",
  });
});

test("fails if the integration belongs to another owner now", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  expect((await failureOf(stage.process().read("shop-1", outputs))).message).toContain(
    "integration 'shop-1' belongs to another owner",
  );
});

test("fails with Pinterest's error if a lookup finds nothing", async () => {
  const lookup = { externalBusinessId: "shop-1", __lookup: true };
  expect((await failureOf(stage.process().read("shop-1", lookup))).message).toMatch(
    /reading commerce integration "shop-1" failed: .* HTTP 404, code \d+/,
  );
});

test("the outputs of a lookup do not contain the marker of lookups", async () => {
  const outputs = await stage.created(inputs);
  const found = await stage.process().read("shop-1", { externalBusinessId: "shop-1", __lookup: true });
  expect(found?.outputs).toMatchObject({ connectedTagId: outputs.connectedTagId });
  expect(found?.outputs).not.toHaveProperty("__lookup");
});

describe("a read that the user did not request", () => {
  const check = { readMode: () => "check" as const };

  test("returns drift without a message", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.change("shop-1", { connected_tag_id: "7" });
    expect((await stage.process(check).read("shop-1", outputs))?.inputs).toMatchObject({
      connectedTagId: "7",
    });
    expect(stage.notes).toEqual([]);
  });

  test.each(["program", "merchant list"] as const)(
    "reports a missing integration, and that the update recreates it if the %s declares it",
    async (declaredIn) => {
      const outputs = await stage.created(inputs);
      stage.emulator.remove("shop-1");
      stage.passConsistencyTimeout();
      expect(await stage.process({ ...check, declaredIn }).read("shop-1", outputs)).toBeUndefined();
      expect(stage.notes).toEqual([
        `integration 'shop-1' is missing at Pinterest. If the ${declaredIn} declares it, the update creates it again`,
      ]);
    },
  );

  test("returns the last known values with a warning if it fails", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({ kind: "response", status: 503, times: "all" });
    expect(await stage.process(check).read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
    expect(stage.notes).toEqual([
      expect.stringContaining(
        "cannot check integration 'shop-1' for drift, so its last known values are used",
      ),
    ]);
  });

  test("sends no request if such reads are skipped", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.change("shop-1", { connected_tag_id: "7" });
    const process = stage.process({ readMode: () => "skip" as const });
    expect(await process.read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
    expect(stage.methods()).toEqual([]);
  });
});

test("a requested read reports nothing about a missing integration, because the engine shows it", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  stage.passConsistencyTimeout();
  expect(await stage.process().read("shop-1", outputs)).toBeUndefined();
  expect(stage.notes).toEqual([]);
});
