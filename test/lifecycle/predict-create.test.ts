import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import { predictCreate } from "../../provider/lifecycle/diff";
import type { CreateObservation } from "../../provider/lifecycle/observer";
import { unknownValue } from "../../provider/lifecycle/values";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };

/** What is foreseen, which nothing but one read may be asked for. */
async function foreseen(more: Record<string, unknown> = {}): Promise<CreateObservation> {
  const observation = await stage.process().predictCreate({ ...inputs, ...more });
  expect(stage.methods()).toEqual(["GET"]);
  return observation;
}

test("an integration that is not there would be created", async () => {
  expect(await foreseen()).toEqual({ externalBusinessId: "shop-1", verdict: "created" });
});

test("one that equals the program's would be taken over, and its secrets written", async () => {
  const { id } = stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "b a" });
  expect(await foreseen({ partnerAccessToken: "hidden", providerName: "p" })).toEqual({
    externalBusinessId: "shop-1",
    providerName: "p",
    integrationId: id,
    verdict: "adopted",
    unseen: ["partnerAccessToken"],
  });
});

test("with adopt one that differs would be overwritten, in what the program says and nothing else", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,b", connected_lba_id: "55" });
  expect(await foreseen({ adopt: true, partnerPrimaryEmail: "a@b.example" })).toMatchObject({
    verdict: "overwritten",
    fields: ["connectedTagId"],
    live: { connectedTagId: "44" },
    unseen: ["partnerPrimaryEmail"],
  });
});

test("with adopt one that differs only in what the program leaves out would be taken over", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b", connected_lba_id: "55" });
  expect(await foreseen({ adopt: true })).toMatchObject({ verdict: "adopted" });
});

test("a different integration would be refused, with Pinterest's values of the differing fields and no secret", async () => {
  stage.emulator.put("shop-1", {
    connected_tag_id: "44",
    scopes: "d c",
    connected_lba_id: "55",
    partner_access_token: "their-token",
  });
  const observation = await foreseen({ connectedMerchantId: "66", partnerAccessToken: "our-token" });
  expect(observation).toMatchObject({
    verdict: "refused",
    fields: ["connectedMerchantId", "connectedTagId", "connectedLbaId", "scopes"],
    live: { connectedTagId: "44", connectedLbaId: "55", scopes: "c,d" },
    leftOut: ["connectedLbaId"],
  });
  expect(observation.live).not.toHaveProperty("connectedMerchantId");
  expect(JSON.stringify(observation)).not.toMatch(/(their|our)-token/);
});

test.each(["5.23", "5.28"] as const)(
  "somebody else's is told from what differs, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    stage.emulator.put("shop-1", {}, { account: "shop-2" });
    const observation = await foreseen({ adopt: true });
    expect(observation).toMatchObject({ verdict: "foreign" });
    expect(observation.reason).toMatch(/HTTP (409, code 4182|403, code 29)/);
    expect(observation.advice).toContain("belongs to another owner");
  },
);

test.each([
  { circumstance: "a refused account", arm: () => stage.emulator.setAccount("shop-1", { revoked: true }) },
  { circumstance: "a Pinterest that fails", arm: () => stage.blind() },
])("of $circumstance it cannot tell, and says why and what to do", async ({ arm }) => {
  arm();
  const observation = await foreseen();
  expect(observation).toMatchObject({ externalBusinessId: "shop-1", verdict: "cannot-tell" });
  expect(observation.reason).toMatch(/HTTP (401|503)/);
  expect(observation.advice?.length).toBeGreaterThan(observation.reason?.length ?? 0);
  stage.emulator.setAccount("shop-1", { revoked: false });
});

test("of an account without a token it cannot tell", async () => {
  const client = () => {
    throw new UnconfiguredAccount("no access token for account 'x'");
  };
  const observation = await predictCreate(
    { externalBusinessId: "shop-1", account: "x", fields: {} },
    { client },
  );
  expect(observation).toMatchObject({
    account: "x",
    verdict: "cannot-tell",
    reason: "no access token for account 'x'",
  });
});

test.each(["externalBusinessId", "account"])("without knowing the %s nobody is asked", async (name) => {
  const observation = await stage.process().predictCreate({ ...inputs, [name]: unknownValue });
  expect(observation).toMatchObject({ verdict: "unknown" });
  expect(observation.reason).toContain(`\`${name}\``);
  expect(stage.methods()).toEqual([]);
});

test("a value that is not known yet leaves it open whether one that is there equals the program's", async () => {
  const more = { connectedTagId: unknownValue };
  expect(await foreseen(more)).toMatchObject({ verdict: "created" });
  stage.reset();
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b" });
  expect(await foreseen(more)).toMatchObject({ verdict: "unknown", fields: ["connectedTagId"] });
});

test("where what is known decides it, a value that is not known yet changes nothing", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "c" });
  expect(await foreseen({ connectedTagId: unknownValue })).toMatchObject({
    verdict: "refused",
    fields: ["scopes"],
  });
  stage.emulator.clearRequests();
  expect(await foreseen({ connectedTagId: unknownValue, adopt: true })).toMatchObject({
    verdict: "overwritten",
  });
  stage.emulator.clearRequests();
  expect(await foreseen({ adopt: unknownValue })).toMatchObject({ verdict: "unknown" });
  stage.emulator.clearRequests();
  stage.emulator.change("shop-1", { scopes: "a,b" });
  expect(await foreseen({ partnerAccessToken: unknownValue })).toMatchObject({
    verdict: "adopted",
    unseen: ["partnerAccessToken"],
  });
});
