import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = {
  externalBusinessId: "shop-1",
  connectedTagId: "33",
  partnerAccessToken: "hidden",
  partnerAccessTokenExpiry: 1_893_456_000_000,
  scopes: "ads:read,ads:write",
};

test.each([{}, { adopt: true, whenRemoved: "release", providerName: "x" }])(
  "sends exactly the program's fields after a read, and returns the ID and exact outputs: with %j",
  async (others) => {
    const { id, outputs } = await stage.process().create({ ...inputs, ...others });
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
    const integration = stage.emulator.integration("shop-1");
    expect(id).toBe("shop-1");
    expect(outputs).toStrictEqual({
      ...inputs,
      ...others,
      integrationId: integration?.id,
      connectedUserId: integration?.connected_user_id,
      createdTimestamp: integration?.created_timestamp,
      updatedTimestamp: integration?.updated_timestamp,
      __managed: "tAxs",
      __uid: expect.stringMatching(/^[\w-]{12}$/),
      __written: expect.stringMatching(/^t.{3}x.{3}s.{3}$/),
    });
    expect(String(outputs.integrationId)).toMatch(/^\d{19}$/);
  },
);

test("explains on its own line that the merchant's other connection may be the one that the create replaces", async () => {
  stage.emulator.armFault({ kind: "response", preset: "merchant-connected", operation: "create" });
  expect((await failureOf(stage.process().create({ ...inputs, connectedMerchantId: "11" }))).message).toMatch(
    /\nIf this replaces the merchant's integration, nothing was changed\. To move it, remove the resource/,
  );
});
