/**
 * What a read returns. The engine reads integrations in `pulumi refresh`, and before it compares a program with state. Most tests have three steps:
 *
 *     const outputs = await stage.created({ ...shop, connectedTagId: "1" });   // an update created the integration: state has these outputs
 *     stage.emulator.change("shop-1", { connected_tag_id: "7" });              // somebody changes it at Pinterest
 *     const result = await read(outputs);                                      // the engine reads it
 *
 * A program manages the fields that it sets. The read returns them in `inputs`, and all fields in `outputs`. It writes a value that differs from state as
 * Pinterest's in canonical form (`scopes: "b,c"`), and keeps one that means the same as it is in state.
 *
 * - `stage.created` forgets its requests and messages: `stage.methods()` are those of the requests after it, and `stage.notes` the messages.
 * - After a create, Pinterest may not show it for some time, so a read that finds nothing is repeated. `stage.passConsistencyTimeout` ends that time.
 */
import { describe, expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

/** Provider processes, and an emulator of Pinterest that is reset before each test. */
const stage = stageOfFile();

const shop = { externalBusinessId: "shop-1" };

function read(outputs: Bag) {
  return stage.process().read("shop-1", outputs);
}

test("returns the inputs and outputs of state if nothing has changed", async () => {
  const inputs = { ...shop, connectedTagId: "1", partnerAccessToken: "hidden", scopes: "a,b" };
  const outputs = await stage.created(inputs);
  expect(await read(outputs)).toStrictEqual({ inputs, outputs });
});

test("keeps inputs that are not fields of Pinterest", async () => {
  const inputs = { ...shop, adopt: false, whenRemoved: "release", providerName: "explicit" };
  const outputs = await stage.created(inputs);
  expect((await read(outputs))?.inputs).toStrictEqual(inputs);
});

describe("a managed field", () => {
  test("has Pinterest's value in inputs and outputs if it differs", async () => {
    const outputs = await stage.created({ ...shop, connectedTagId: "1", scopes: "a,b" });
    stage.emulator.change("shop-1", { connected_tag_id: "7", scopes: "c b" });
    const result = await read(outputs);
    expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "7", scopes: "b,c" });
    expect(result?.outputs).toMatchObject({ connectedTagId: "7", scopes: "b,c" });
  });

  test.each([
    ["in another order", { scopes: "a,b" }, { scopes: "b, a" }],
    [
      "in another format",
      { partnerMetadata: '{"a":9007199254740993}' },
      { partner_metadata: '{ "a" : 9007199254740993 }' },
    ],
    [
      "rounded to the second",
      { partnerAccessToken: "hidden", partnerAccessTokenExpiry: 1_893_456_000_500 },
      { partner_access_token_expiry: 1_893_456_000_000 },
    ],
  ])("keeps its value in state if Pinterest's means the same: %s", async (_how, fields, atPinterest) => {
    const outputs = await stage.created({ ...shop, ...fields });
    stage.emulator.change("shop-1", atPinterest);
    expect((await read(outputs))?.inputs).toStrictEqual({ ...shop, ...fields });
  });

  test("stays managed if somebody clears it", async () => {
    const outputs = await stage.created({ ...shop, connectedTagId: "1" });
    stage.emulator.change("shop-1", { connected_tag_id: null });
    const cleared = await read(outputs);
    expect(cleared?.inputs).toStrictEqual(shop);
    expect(cleared?.outputs).not.toHaveProperty("connectedTagId");

    stage.emulator.change("shop-1", { connected_tag_id: "2" });
    const setAgain = await read(cleared?.outputs ?? {});
    expect(setAgain?.inputs).toStrictEqual({ ...shop, connectedTagId: "2" });
  });

  test("keeps the program's value if it is a secret, because Pinterest does not return secrets", async () => {
    const inputs = { ...shop, partnerAccessToken: "hidden" };
    const outputs = await stage.created(inputs);
    stage.emulator.change("shop-1", { partner_access_token: "other" });
    expect(await read(outputs)).toMatchObject({ inputs, outputs: { partnerAccessToken: "hidden" } });
  });
});

describe("another field", () => {
  test("is an output only", async () => {
    const outputs = await stage.created({ ...shop, connectedTagId: "1" });
    stage.emulator.change("shop-1", { connected_lba_id: "8" });
    const result = await read(outputs);
    expect(result?.outputs).toMatchObject({ connectedTagId: "1", connectedLbaId: "8" });
    expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "1" });
  });

  test("is removed from the outputs if somebody clears it", async () => {
    stage.emulator.put("shop-1", { connected_lba_id: "8" });
    const outputs = await stage.created({ ...shop, adopt: true });
    expect(outputs).toMatchObject({ connectedLbaId: "8" });
    stage.emulator.change("shop-1", { connected_lba_id: null });
    expect((await read(outputs))?.outputs).not.toHaveProperty("connectedLbaId");
  });

  test.each(["empty", "null", "omitted"] as const)(
    "is ignored if it was never set, and Pinterest returns it as %s",
    async (metadataUnset) => {
      stage.emulator.setSwitches({ metadataUnset });
      const outputs = await stage.created(shop);
      expect(await read(outputs)).toStrictEqual({ inputs: shop, outputs });
    },
  );
});

describe("an imported integration", () => {
  test("has all fields as outputs and manages none, if state has only the ID", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
    const result = await read({ account: "shop-2" });
    expect(result?.inputs).toStrictEqual({ ...shop, account: "shop-2" });
    expect(result?.outputs).toMatchObject({ account: "shop-2", connectedTagId: "1" });
  });

  test("manages the fields that state has", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1", connected_lba_id: "2" });
    const result = await read({ ...shop, connectedTagId: "9" });
    expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "1" });
  });
});

test("returns the new integration ID if somebody deletes the integration and creates it again", async () => {
  const outputs = await stage.created(shop);
  stage.emulator.remove("shop-1");
  const { id } = stage.emulator.put("shop-1");
  expect((await read(outputs))?.outputs).toMatchObject({ integrationId: id });
});

describe("a read", () => {
  test.each([
    ["a server error", { status: 503 }],
    ["a refused token", { status: 401, body: { code: 2, message: "Authentication failed." } }],
    ["a proxy's 404", { status: 404, body: "<html>not here</html>" }],
    ["a success response without an integration", { status: 200, body: "<html>welcome</html>" }],
  ])("fails after %s", async (_what, response) => {
    const outputs = await stage.created(shop);
    stage.passConsistencyTimeout();
    stage.emulator.armFault({ kind: "response", times: "all", ...response });
    expect(await failureOf(read(outputs))).toMatchObject({ operation: "getCommerceIntegration" });
  });

  test("fails if the integration belongs to another owner now", async () => {
    const outputs = await stage.created(shop);
    stage.emulator.change("shop-1", {}, { account: "shop-2" });
    const { message } = await failureOf(read(outputs));
    expect(message).toContain("integration 'shop-1' belongs to another owner");
  });
});

describe("a read of `CommerceIntegration.get`, which the input `__lookup` marks", () => {
  const lookup = { ...shop, __lookup: true };

  test("fails with Pinterest's error if the integration is missing", async () => {
    const { message } = await failureOf(read(lookup));
    expect(message).toMatch(/reading commerce integration "shop-1" failed: .* HTTP 404, code \d+/);
  });

  test("returns the fields without the mark", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1" });
    const found = await read(lookup);
    expect(found?.outputs).toMatchObject({ connectedTagId: "1" });
    expect(found?.outputs).not.toHaveProperty("__lookup");
  });
});

describe("a missing integration", () => {
  test("is no message to the user who requested the read, because the engine shows it", async () => {
    const outputs = await stage.created(shop);
    stage.emulator.remove("shop-1");
    stage.passConsistencyTimeout();
    expect(await read(outputs)).toBeUndefined();
    expect(stage.notes).toEqual([]);
  });

  test.each(["program", "merchant list"] as const)(
    "is a message in the engine's own drift check, with what the update does if the %s declares it",
    async (declaredIn) => {
      const outputs = await stage.created(shop);
      stage.emulator.remove("shop-1");
      stage.passConsistencyTimeout();
      const driftCheck = stage.process({ readMode: () => "check", declaredIn });
      expect(await driftCheck.read("shop-1", outputs)).toBeUndefined();
      expect(stage.notes).toEqual([
        `integration 'shop-1' is missing at Pinterest. If the ${declaredIn} declares it, the update creates it again`,
      ]);
    },
  );
});

describe("the engine's own drift check", () => {
  const driftCheck = () => stage.process({ readMode: () => "check" });

  test("returns drift without a message", async () => {
    const outputs = await stage.created({ ...shop, connectedTagId: "1" });
    stage.emulator.change("shop-1", { connected_tag_id: "7" });
    const result = await driftCheck().read("shop-1", outputs);
    expect(result?.inputs).toStrictEqual({ ...shop, connectedTagId: "7" });
    expect(stage.notes).toEqual([]);
  });

  test("returns the values of state with a warning if Pinterest fails, so that previews go on", async () => {
    const inputs = { ...shop, connectedTagId: "1" };
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({ kind: "response", status: 503, times: "all" });
    expect(await driftCheck().read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
    expect(stage.notes).toEqual([
      expect.stringContaining(
        "cannot check integration 'shop-1' for drift, so its last known values are used",
      ),
    ]);
  });

  test("sends no request if the user turns it off", async () => {
    const inputs = { ...shop, connectedTagId: "1" };
    const outputs = await stage.created(inputs);
    stage.emulator.change("shop-1", { connected_tag_id: "7" });
    const turnedOff = stage.process({ readMode: () => "skip" });
    expect(await turnedOff.read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
    expect(stage.methods()).toEqual([]);
  });
});
