import { expect, test } from "@jest/globals";
import { managedKey } from "../../provider/lifecycle/outputs";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

test("an integration that is imported comes with inputs that a program could give, and manages them", async () => {
  stage.emulator.put("shop", { connected_tag_id: "1", scopes: "b,a", partner_access_token: "hidden" });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  expect(imported?.inputs).toEqual({ externalBusinessId: "shop", connectedTagId: "1", scopes: "a,b" });
  expect(imported?.outputs).toMatchObject({
    connectedTagId: "1",
    integrationId: stage.emulator.integration("shop")?.id,
    [managedKey]: "ts",
  });
  expect(stage.methods()).toEqual(["GET"]);
});

test("partner tokens and e-mail are not managed by it, which this answer of Pinterest's does not show", async () => {
  stage.emulator.put("shop", { partner_access_token: "hidden", partner_primary_email: "hidden@example.com" });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  expect(JSON.stringify(imported)).not.toContain("hidden");
});

test("the account and the explicit provider are inputs, and the account is asked", async () => {
  stage.emulator.put("shop", {}, { account: "shop-2" });
  const place = { externalBusinessId: "shop", account: "shop-2", providerName: "second" };
  const imported = await stage.process().import(place);
  expect(imported?.inputs).toEqual(place);
  expect(imported?.outputs).toMatchObject(place);
});

test("an update right after an import has nothing to send, and a refresh finds the same", async () => {
  stage.emulator.put("shop", { connected_tag_id: "1", partner_metadata: '{"b": 1,"a": 2}' });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  const { inputs = {}, outputs = {} } = imported ?? {};
  expect(await stage.process().read("shop", outputs)).toEqual({ inputs, outputs });
  stage.emulator.clearRequests();
  await stage.process().update("shop", outputs, inputs);
  expect(stage.bodies("PATCH")).toEqual([]);
});

test("where there is no such integration there is nothing to import, and that is no failure", async () => {
  expect(await stage.process().import({ externalBusinessId: "missing" })).toBeUndefined();
});

test("somebody else's integration is refused, and the error says whose it is not", async () => {
  stage.emulator.put("theirs", {}, { account: "shop-2" });
  const { message } = await failureOf(stage.process().import({ externalBusinessId: "theirs" }));
  expect(message).toContain("theirs");
  expect(message).toMatch(/HTTP 40[39]/);
});

test("what fails otherwise fails as it is", async () => {
  stage.blind();
  const { message } = await failureOf(stage.process().import({ externalBusinessId: "shop" }));
  expect(message).toMatch(/^reading commerce integration "shop".*HTTP 503/);
});
