import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import { predictCreate } from "../../provider/lifecycle/diff";
import { openSession } from "../../provider/lifecycle/session";
import { unknownValue } from "../../provider/run/constants";
import type { CreateObservation } from "../../provider/run/observations";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };

/** Predict a create, which must send only one read. */
async function predict(more: Record<string, unknown> = {}): Promise<CreateObservation> {
  const observation = await stage.process().predictCreate({ ...inputs, ...more });
  expect(stage.methods()).toEqual(["GET"]);
  return observation;
}

test("predicts a create if the integration is missing", async () => {
  expect(await predict()).toEqual({ externalBusinessId: "shop-1", verdict: "created" });
});

test("predicts an adoption if the integration matches the program, and names the secrets to write", async () => {
  const { id } = stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "b a" });
  expect(await predict({ partnerAccessToken: "hidden", providerName: "p" })).toEqual({
    externalBusinessId: "shop-1",
    providerName: "p",
    integrationId: id,
    verdict: "adopted",
    notCompared: ["partnerAccessToken"],
  });
});

test("predicts with `adopt` which of the program's fields are overwritten", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,b", connected_lba_id: "55" });
  expect(await predict({ adopt: true, partnerPrimaryEmail: "a@b.example" })).toMatchObject({
    verdict: "overwritten",
    fields: ["connectedTagId"],
    live: { connectedTagId: "44" },
    notCompared: ["partnerPrimaryEmail"],
  });
});

test("predicts an adoption with `adopt` if only fields differ that the program omits", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b", connected_lba_id: "55" });
  expect(await predict({ adopt: true })).toStrictEqual({
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
  const observation = await predict({ connectedMerchantId: "66", partnerAccessToken: "our-token" });
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
    const observation = await predict({ adopt: true });
    expect(observation).toMatchObject({ verdict: "foreign" });
    expect(observation.reason).toMatch(/HTTP (409, code 4182|403, code 29)/);
    expect(observation.advice).toContain("belongs to another owner");
  },
);

test.each([
  { condition: "a refused account", arm: () => stage.emulator.setAccount("shop-1", { revoked: true }) },
  { condition: "a server error", arm: () => stage.failReads() },
])("predicts nothing for $condition, with reason and advice", async ({ arm }) => {
  arm();
  const observation = await predict();
  expect(observation).toMatchObject({ externalBusinessId: "shop-1", verdict: "not-checked" });
  expect(observation.reason).toMatch(/HTTP (401|503)/);
  // The report prints both.
  expect(observation.advice).toMatch(/^Set a valid access token|^Nothing was changed/);
  expect(observation.advice).not.toMatch(/HTTP/);
  stage.emulator.setAccount("shop-1", { revoked: false });
});

test("predicts nothing for an account without a token", async () => {
  const client = () => {
    throw new UnconfiguredAccount("no access token for account 'x'");
  };
  const observation = await predictCreate(
    { externalBusinessId: "shop-1", account: "x", fields: {} },
    openSession({ ...stage.dependencies(), client }),
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

test("predicts nothing if an unknown value decides whether an existing integration matches the program", async () => {
  const more = { connectedTagId: unknownValue };
  expect(await predict(more)).toMatchObject({ verdict: "created" });
  stage.reset();
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b" });
  expect(await predict(more)).toMatchObject({ verdict: "unknown", fields: ["connectedTagId"] });
});

test("ignores an unknown value if the known ones decide", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "c" });
  const refused = await predict({ connectedTagId: unknownValue });
  expect(refused).toMatchObject({ verdict: "refused", fields: ["scopes"] });
  expect(refused).not.toHaveProperty("omitted");
  stage.emulator.clearRequests();
  expect(await predict({ connectedTagId: unknownValue, adopt: true })).toMatchObject({
    verdict: "overwritten",
  });
  stage.emulator.clearRequests();
  expect(await predict({ adopt: unknownValue })).toMatchObject({ verdict: "unknown" });
  stage.emulator.clearRequests();
  stage.emulator.change("shop-1", { scopes: "a,b" });
  expect(await predict({ partnerAccessToken: unknownValue })).toMatchObject({
    verdict: "adopted",
    notCompared: ["partnerAccessToken"],
  });
});

const ids = ["a", "b", "c", "d", "e", "f"];

async function predictAll(more: (id: string) => object = () => ({})): Promise<CreateObservation[]> {
  const { predictCreate } = stage.process();
  const observations: CreateObservation[] = [];
  // The engine checks one resource at a time.
  for (const id of ids) observations.push(await predictCreate({ externalBusinessId: id, ...more(id) }));
  return observations;
}

test("reads several existing integrations of an account from its list", async () => {
  for (const id of ids) stage.emulator.put(id);
  expect((await predictAll()).map(({ verdict }) => verdict)).toEqual(ids.map(() => "adopted"));
  expect(stage.methods()).toEqual(["GET", "GET"]);
});

test("sends one request for all creates of a refused account", async () => {
  stage.emulator.setAccount("shop-1", { revoked: true });
  const observations = await predictAll();
  expect(new Set(observations.map(({ reason }) => reason))).toEqual(
    new Set([expect.stringContaining("HTTP 401")]),
  );
  expect(stage.methods()).toEqual(["GET"]);
  stage.emulator.setAccount("shop-1", { revoked: false });
});

test("sends no further requests after three failures in a row, of any account", async () => {
  stage.failReads();
  const observations = await predictAll((id) => ({ account: id < "c" ? "shop-1" : "shop-2" }));
  expect(observations.map(({ verdict }) => verdict)).toEqual(ids.map(() => "not-checked"));
  expect(stage.emulator.requests().filter(({ operation }) => operation === "get")).toHaveLength(3);
});
