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

test("an integration that is not there is asked for, then made with exactly what the program gives", async () => {
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

test("the id is the external id, and state holds what was written and what Pinterest set", async () => {
  const { id, outputs } = await stage.process().create(inputs);
  const held = stage.emulator.integration("shop-1");
  expect(id).toBe("shop-1");
  expect(outputs).toStrictEqual({
    ...inputs,
    integrationId: held?.id,
    connectedUserId: held?.connected_user_id,
    createdTimestamp: held?.created_timestamp,
    updatedTimestamp: held?.updated_timestamp,
    __managed: "tAxs",
    __uid: expect.stringMatching(/^[\w-]{12}$/),
  });
  expect(String(outputs.integrationId)).toMatch(/^\d{19}$/);
});

test("the account of the program is the one that makes it", async () => {
  const { outputs } = await stage.process().create({ externalBusinessId: "shop-1", account: "shop-2" });
  expect(stage.emulator.integrations("shop-2")).toHaveLength(1);
  expect(outputs).toMatchObject({ account: "shop-2" });
});

test("a field that Pinterest silently ignores fails by its name, and state keeps what Pinterest holds", async () => {
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id", "scopes"] });
  const { message, kept } = await partialFailureOf(stage.process().create(inputs));
  expect(message).toContain("creating integration 'shop-1'");
  expect(message).toContain("`connectedTagId`, `scopes`");
  expect(message).not.toContain("partnerAccessTokenExpiry");
  expect(kept).toMatchObject({ externalBusinessId: "shop-1", partnerAccessTokenExpiry: 1_893_456_000_000 });
  expect(Object.keys(kept)).not.toContain("connectedTagId");
  expect(kept.__managed).toContain("t");
});

test("an expiry that Pinterest cuts to the second counts as written, as the program says it", async () => {
  stage.emulator.setSwitches({ expiryRounding: "seconds" });
  const { outputs } = await stage
    .process()
    .create({ ...inputs, partnerAccessTokenExpiry: 1_893_456_000_789 });
  expect(outputs.partnerAccessTokenExpiry).toBe(1_893_456_000_789);
});

test("a refusal leaves nothing behind and is told as Pinterest answered it", async () => {
  const body = { code: 1, message: "This is not valid." };
  stage.emulator.armFault({ kind: "answer", status: 400, body, operation: "create" });
  const error = await failureOf(stage.process().create(inputs));
  expect(error).toMatchObject({ kind: "api", status: 400, code: 1 });
  expect(stage.emulator.integrations()).toEqual([]);
});

test("nothing is written when it cannot be told whether the integration is there", async () => {
  stage.blind();
  expect(await failureOf(stage.process().create(inputs))).toMatchObject({ status: 503 });
  expect(stage.emulator.counters().writes).toBe(0);
});
