import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ other: lab.emulator.token("shop-2") });
  lab.emulator.put("shop-1", {
    connected_merchant_id: "11",
    connected_tag_id: "33",
    partner_access_token_expiry: 1_900_000_000_000,
    partner_access_token: "never shown",
  });
  lab.emulator.put("shop-2", { connected_lba_id: "44" }, { account: "shop-2" });
});

afterAll(() => lab.close());

const lookUp = (id: string) => `
  const found = pinterest.CommerceIntegration.get("found", ${JSON.stringify(id)});
  const others = pinterest.CommerceIntegration.get("others", "shop-2", { account: "other" });
  for (const name of ["id", "externalBusinessId", "connectedMerchantId", "connectedTagId", "connectedLbaId",
    "partnerAccessTokenExpiry", "partnerAccessToken", "integrationId", "connectedUserId", "updatedTimestamp"]) {
    exports[name] = found[name];
  }
  exports.lba = others.connectedLbaId;
`;

async function outputs(): Promise<Record<string, unknown>> {
  return JSON.parse((await lab.succeed("stack", "output", "--json")).stdout);
}

test("every field is an output, of the default account's integration as of a named account's", async () => {
  lab.program({}, lookUp("shop-1"));
  await lab.up();
  const { id, connected_user_id, updated_timestamp } = lab.emulator.integration("shop-1") ?? {};
  expect(await outputs()).toEqual({
    id: "shop-1",
    externalBusinessId: "shop-1",
    connectedMerchantId: "11",
    connectedTagId: "33",
    partnerAccessTokenExpiry: 1_900_000_000_000,
    integrationId: id,
    connectedUserId: connected_user_id,
    updatedTimestamp: updated_timestamp,
    lba: "44",
  });
});

test("what has changed there is read anew, and is no drift", async () => {
  lab.emulator.change("shop-1", { connected_tag_id: "34" });
  expect(await lab.previewExit("--refresh")).toBe(0);
  await lab.up();
  expect(await outputs()).toMatchObject({ connectedTagId: "34" });
});

test("one that is missing fails the preview by its id", async () => {
  lab.program({}, lookUp("no-such-shop"));
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /reading commerce integration "no-such-shop" failed: Pinterest answered HTTP 404.*This account has no such integration/,
  );
});

test("neither an update that drops it nor a destroy changes or deletes anything at Pinterest", async () => {
  lab.program({}, lookUp("shop-1"));
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.counters().writes).toBe(0);
  expect(lab.emulator.integrations()).toHaveLength(2);
});
