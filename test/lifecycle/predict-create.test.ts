import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import { predictCreate } from "../../provider/lifecycle/diff";
import type { CreateObservation } from "../../provider/lifecycle/session";
import { unknownValue } from "../../provider/lifecycle/values";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };

/** The prediction, which must send only one read. */
async function predicted(more: Record<string, unknown> = {}): Promise<CreateObservation> {
  const observation = await stage.process().predictCreate({ ...inputs, ...more });
  expect(stage.methods()).toEqual(["GET"]);
  return observation;
}

test("predicts a create if the integration is missing", async () => {
  expect(await predicted()).toEqual({ externalBusinessId: "shop-1", verdict: "created" });
});

test("predicts an adoption if it equals the program's, and the secrets to write", async () => {
  const { id } = stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "b a" });
  expect(await predicted({ partnerAccessToken: "hidden", providerName: "p" })).toEqual({
    externalBusinessId: "shop-1",
    providerName: "p",
    integrationId: id,
    verdict: "adopted",
    notCompared: ["partnerAccessToken"],
  });
});

test("predicts with `adopt` which of the program's fields are overwritten", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,b", connected_lba_id: "55" });
  expect(await predicted({ adopt: true, partnerPrimaryEmail: "a@b.example" })).toMatchObject({
    verdict: "overwritten",
    fields: ["connectedTagId"],
    live: { connectedTagId: "44" },
    notCompared: ["partnerPrimaryEmail"],
  });
});

test("predicts an adoption with `adopt` if only fields differ that the program leaves out", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b", connected_lba_id: "55" });
  expect(await predicted({ adopt: true })).toStrictEqual({
    externalBusinessId: "shop-1",
    integrationId: stage.emulator.integration("shop-1")?.id,
    verdict: "adopted",
  });
});

test("predicts a refusal with Pinterest's values of the differing fields, without secrets", async () => {
  stage.emulator.put("shop-1", {
    connected_tag_id: "44",
    scopes: "d c",
    connected_lba_id: "55",
    partner_access_token: "their-token",
  });
  const observation = await predicted({ connectedMerchantId: "66", partnerAccessToken: "our-token" });
  expect(observation).toMatchObject({
    verdict: "refused",
    fields: ["connectedMerchantId", "connectedTagId", "connectedLbaId", "scopes"],
    live: { connectedTagId: "44", connectedLbaId: "55", scopes: "c,d" },
    omitted: ["connectedLbaId"],
  });
  expect(observation.live).not.toHaveProperty("connectedMerchantId");
  expect(observation).not.toHaveProperty("notCompared");
  expect(JSON.stringify(observation)).not.toMatch(/(their|our)-token/);
});

test.each(["5.23", "5.28"] as const)(
  "distinguishes another owner's integration from one that differs, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    stage.emulator.put("shop-1", {}, { account: "shop-2" });
    const observation = await predicted({ adopt: true });
    expect(observation).toMatchObject({ verdict: "foreign" });
    expect(observation.reason).toMatch(/HTTP (409, code 4182|403, code 29)/);
    expect(observation.advice).toContain("belongs to another owner");
  },
);

test.each([
  { circumstance: "a refused account", arm: () => stage.emulator.setAccount("shop-1", { revoked: true }) },
  { circumstance: "a Pinterest that fails", arm: () => stage.failReads() },
])("predicts nothing for $circumstance, with reason and advice", async ({ arm }) => {
  arm();
  const observation = await predicted();
  expect(observation).toMatchObject({ externalBusinessId: "shop-1", verdict: "not-checked" });
  expect(observation.reason).toMatch(/HTTP (401|503)/);
  expect(observation.advice?.length).toBeGreaterThan(observation.reason?.length ?? 0);
  stage.emulator.setAccount("shop-1", { revoked: false });
});

test("predicts nothing for an account without a token", async () => {
  const client = () => {
    throw new UnconfiguredAccount("no access token for account 'x'");
  };
  const observation = await predictCreate(
    { externalBusinessId: "shop-1", account: "x", fields: {} },
    { client },
  );
  expect(observation).toMatchObject({
    account: "x",
    verdict: "not-checked",
    reason: "no access token for account 'x'",
  });
});

test.each(["externalBusinessId", "account"])("sends no request if the %s is unknown", async (name) => {
  const observation = await stage.process().predictCreate({ ...inputs, [name]: unknownValue });
  expect(observation).toMatchObject({ verdict: "unknown" });
  expect(observation.reason).toContain(`\`${name}\``);
  expect(stage.methods()).toEqual([]);
});

test("predicts nothing if an unknown value decides whether an existing integration equals the program's", async () => {
  const more = { connectedTagId: unknownValue };
  expect(await predicted(more)).toMatchObject({ verdict: "created" });
  stage.reset();
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b" });
  expect(await predicted(more)).toMatchObject({ verdict: "unknown", fields: ["connectedTagId"] });
});

test("ignores an unknown value if the known ones decide", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "c" });
  const refused = await predicted({ connectedTagId: unknownValue });
  expect(refused).toMatchObject({ verdict: "refused", fields: ["scopes"] });
  expect(refused).not.toHaveProperty("omitted");
  stage.emulator.clearRequests();
  expect(await predicted({ connectedTagId: unknownValue, adopt: true })).toMatchObject({
    verdict: "overwritten",
  });
  stage.emulator.clearRequests();
  expect(await predicted({ adopt: unknownValue })).toMatchObject({ verdict: "unknown" });
  stage.emulator.clearRequests();
  stage.emulator.change("shop-1", { scopes: "a,b" });
  expect(await predicted({ partnerAccessToken: unknownValue })).toMatchObject({
    verdict: "adopted",
    notCompared: ["partnerAccessToken"],
  });
});
