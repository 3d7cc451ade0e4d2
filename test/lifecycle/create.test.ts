import { expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = {
  externalBusinessId: "shop-1",
  connectedTagId: "33",
  partnerAccessToken: "hidden",
  partnerAccessTokenExpiry: 1_893_456_000_000,
  scopes: "ads:read,ads:write",
};

test("reads a missing integration, then creates it with exactly the program's values", async () => {
  await stage.process().create({ ...inputs, adopt: true, whenRemoved: "release", providerName: "x" });
  expect(stage.methods()).toEqual(["GET", "POST"]);
  expect(stage.bodies("POST")).toEqual([
    {
      external_business_id: "shop-1",
      connected_tag_id: "33",
      partner_access_token: "hidden",
      partner_access_token_expiry: 1_893_456_000_000,
      scopes: "ads:read,ads:write",
    },
  ]);
  expect(stage.notes).toEqual([]);
});

test("returns the external business ID, and outputs with the written values and those that Pinterest set", async () => {
  const { id, outputs } = await stage.process().create(inputs);
  const integration = stage.emulator.integration("shop-1");
  expect(id).toBe("shop-1");
  expect(outputs).toStrictEqual({
    ...inputs,
    integrationId: integration?.id,
    connectedUserId: integration?.connected_user_id,
    createdTimestamp: integration?.created_timestamp,
    updatedTimestamp: integration?.updated_timestamp,
    __managed: "tAxs",
    __uid: expect.stringMatching(/^[\w-]{12}$/),
    __written: expect.stringMatching(/^t.{3}x.{3}s.{3}$/),
  });
  expect(String(outputs.integrationId)).toMatch(/^\d{19}$/);
});

test("explains that the merchant has another connection, which may be the one that the create replaces", async () => {
  stage.emulator.armFault({ kind: "answer", preset: "merchant-connected", operation: "create" });
  const { message } = await failureOf(stage.process().create({ ...inputs, connectedMerchantId: "11" }));
  expect(message).toContain("HTTP 409, code 4163: Merchant has already connected to a platform");
  expect(message).toContain("Disconnect the other one there, or use another `connectedMerchantId`.");
  expect(message).toMatch(
    /\nIf this replaces the merchant's integration, nothing was changed\. To move it, remove the resource/,
  );
  expect(message).not.toContain("belongs to another");
});

test("creates the integration in the program's account", async () => {
  const { outputs } = await stage.process().create({ externalBusinessId: "shop-1", account: "shop-2" });
  expect(stage.emulator.integrations("shop-2")).toHaveLength(1);
  expect(outputs).toMatchObject({ account: "shop-2" });
});

test("fails and names a field that Pinterest ignores, and keeps Pinterest's value in state", async () => {
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id", "scopes"] });
  const { message, kept } = await partialFailureOf(stage.process().create(inputs));
  expect(message).toContain("creating integration 'shop-1'");
  expect(message).toContain("`connectedTagId`, `scopes`");
  expect(message).not.toContain("partnerAccessTokenExpiry");
  expect(kept).toMatchObject({ externalBusinessId: "shop-1", partnerAccessTokenExpiry: 1_893_456_000_000 });
  expect(Object.keys(kept)).not.toContain("connectedTagId");
  expect(kept.__managed).toContain("t");
});

test("accepts an expiry that Pinterest rounds to the second, and keeps the program's value", async () => {
  stage.emulator.setSwitches({ expiryRounding: "seconds" });
  const { outputs } = await stage
    .process()
    .create({ ...inputs, partnerAccessTokenExpiry: 1_893_456_000_789 });
  expect(outputs.partnerAccessTokenExpiry).toBe(1_893_456_000_789);
});

test("reports Pinterest's error, and keeps nothing in state", async () => {
  const body = { code: 1, message: "This is not valid." };
  stage.emulator.armFault({ kind: "answer", status: 400, body, operation: "create" });
  const error = await failureOf(stage.process().create(inputs));
  expect(error).toMatchObject({ kind: "api", status: 400, code: 1 });
  expect(stage.emulator.integrations()).toEqual([]);
});

test("writes nothing if the read before it fails", async () => {
  stage.failReads();
  expect(await failureOf(stage.process().create(inputs))).toMatchObject({ status: 503 });
  expect(stage.emulator.counters().writes).toBe(0);
});
