import { expect, test } from "@jest/globals";
import { managedKey } from "../../provider/lifecycle/outputs";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

test("returns inputs that a program can declare, and manages them", async () => {
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

test("does not manage partner tokens and e-mail, which the response does not contain", async () => {
  stage.emulator.put("shop", { partner_access_token: "hidden", partner_primary_email: "hidden@example.com" });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  expect(JSON.stringify(imported)).not.toContain("hidden");
});

test("reads from the account, and returns account and explicit provider as inputs", async () => {
  stage.emulator.put("shop", {}, { account: "shop-2" });
  const place = { externalBusinessId: "shop", account: "shop-2", providerName: "second" };
  const imported = await stage.process().import(place);
  expect(imported?.inputs).toEqual(place);
  expect(imported?.outputs).toMatchObject(place);
});

test("an update after an import sends nothing, and a refresh finds no difference", async () => {
  stage.emulator.put("shop", { connected_tag_id: "1", partner_metadata: '{"b": 1,"a": 2}' });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  const { inputs = {}, outputs = {} } = imported ?? {};
  expect(await stage.process().read("shop", outputs)).toEqual({ inputs, outputs });
  stage.emulator.clearRequests();
  await stage.process().update("shop", outputs, inputs);
  expect(stage.bodies("PATCH")).toEqual([]);
});

test("returns undefined if the integration is missing", async () => {
  expect(await stage.process().import({ externalBusinessId: "missing" })).toBeUndefined();
});

test("refuses another owner's integration", async () => {
  stage.emulator.put("theirs", {}, { account: "shop-2" });
  const { message } = await failureOf(stage.process().import({ externalBusinessId: "theirs" }));
  expect(message).toContain("theirs");
  expect(message).toMatch(/HTTP 40[39]/);
});

test("throws other errors unchanged", async () => {
  stage.failReads();
  const { message } = await failureOf(stage.process().import({ externalBusinessId: "shop" }));
  expect(message).toMatch(/^reading commerce integration "shop".*HTTP 503/);
});
