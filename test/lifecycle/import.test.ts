import { expect, test } from "@jest/globals";
import { checkIntegration } from "../../provider/lifecycle/check";
import { stateOf } from "../../provider/lifecycle/import";
import { inSeconds, reading } from "../expected/messages";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const hidden = {
  __managed: expect.any(String),
  __uid: expect.any(String),
  __written: expect.any(String),
};

test("returns inputs that a program can declare, manages them, and needs one request", async () => {
  const { id } = stage.emulator.put("shop", {
    connected_tag_id: "1",
    scopes: "b,a",
    partner_access_token: "hidden",
  });
  const imported = await stage.process().import({ externalBusinessId: "shop" });
  expect(imported?.inputs).toEqual({ externalBusinessId: "shop", connectedTagId: "1", scopes: "a,b" });
  expect(imported?.outputs).toMatchObject({ connectedTagId: "1", integrationId: id, __managed: "ts" });
  expect(JSON.stringify(imported)).not.toContain("hidden");
  expect(stage.methods()).toEqual(["GET"]);
});

test("reads from the account, and returns account and explicit provider as inputs", async () => {
  stage.emulator.put("shop", {}, { account: "shop-2" });
  const place = { externalBusinessId: "shop", account: "shop-2", providerName: "second" };
  const imported = await stage.process().import(place);
  expect(imported?.inputs).toEqual(place);
  expect(imported?.outputs).toMatchObject(place);
});

test("a refresh after an import finds no difference, and an update sends nothing", async () => {
  stage.emulator.put("shop", { connected_tag_id: "1", partner_metadata: '{"b": 1,"a": 2}' });
  const { inputs = {}, outputs = {} } = (await stage.process().import({ externalBusinessId: "shop" })) ?? {};
  expect(await stage.process().read("shop", outputs)).toEqual({ inputs, outputs });
  await stage.process().update("shop", outputs, inputs);
  expect(stage.bodies("PATCH")).toEqual([]);
});

test("fails on another owner's integration, and on a failed read", async () => {
  stage.emulator.put("theirs", {}, { account: "shop-2" });
  const { message } = await failureOf(stage.process().import({ externalBusinessId: "theirs" }));
  expect(message).toMatch(/theirs.*HTTP 40[39]/);
  stage.failReads();
  const failure = await failureOf(stage.process().import({ externalBusinessId: "shop" }));
  expect(failure.message).toMatch(new RegExp(`^${reading("shop")}.*HTTP 503`));
});

test("the state of an integration in the list is that of its create, with all of its fields", async () => {
  const { inputs } = checkIntegration({
    externalBusinessId: "shop",
    connectedMerchantId: "11",
    connectedAdvertiserId: "22",
    connectedTagId: "33",
    connectedLbaId: "44",
    partnerAccessToken: "at-1",
    partnerRefreshToken: "rt-1",
    partnerPrimaryEmail: "one@shop.example",
    partnerAccessTokenExpiry: 1_893_456_000_000,
    partnerRefreshTokenExpiry: 1_925_000_000_000,
    scopes: ["ads:write", "ads:read"],
    additionalId1: "extra",
    partnerMetadata: { b: 1, a: ["x"] },
  });
  const outputs = await stage.created(inputs);
  const [live] = (await stage.client().listIntegrations()).items;
  expect(stateOf({ externalBusinessId: "", ...live })).toEqual({
    inputs,
    outputs: { ...outputs, __uid: expect.any(String) },
    masked: [],
    invalid: new Map(),
  });
});

test("does not manage a masked secret", () => {
  const live = {
    externalBusinessId: "shop",
    partnerAccessToken: "********",
    partnerRefreshToken: "pina_****cdef",
    partnerPrimaryEmail: "o…@shop.example",
    additionalId1: "***",
  };
  const { inputs, outputs, masked } = stateOf(live);
  expect(inputs).toEqual({ externalBusinessId: "shop", additionalId1: "***" });
  expect(outputs).toEqual({ ...inputs, ...hidden, __managed: "i" });
  expect(masked).toEqual(["partnerAccessToken", "partnerRefreshToken", "partnerPrimaryEmail"]);
});

test("does not manage values that no program can declare, and reports the reason without the value", () => {
  const live = {
    externalBusinessId: "shop",
    connectedTagId: "3 3",
    partnerAccessToken: "two words",
    partnerPrimaryEmail: "nobody",
    partnerAccessTokenExpiry: 1_893_456_000,
    scopes: ",",
    additionalId1: " padded ",
    partnerMetadata: "half \ud83d",
  };
  const { inputs, outputs, masked, invalid } = stateOf(live);
  expect(inputs).toEqual({ externalBusinessId: "shop" });
  expect(outputs).toMatchObject({ additionalId1: " padded ", __managed: "" });
  expect(outputs).not.toHaveProperty("partnerAccessToken");
  expect(masked).toEqual([]);
  expect([...invalid.keys()]).toEqual(Object.keys(live).slice(1));
  expect([...invalid.values()].join()).not.toMatch(/two words|nobody|padded/);
  expect(invalid.get("partnerAccessTokenExpiry")).toMatch(new RegExp(`${inSeconds}$`));
});
