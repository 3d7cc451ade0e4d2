import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { checkIntegration } from "../../provider/lifecycle/check";
import { type IdentifiedIntegration, stateOf } from "../../provider/lifecycle/import";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const everything: Bag = {
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
};

/** The only integration of the list. */
async function listedIntegration(): Promise<IdentifiedIntegration> {
  const { items } = await stage.client().listIntegrations();
  expect(items).toHaveLength(1);
  return items[0] as IdentifiedIntegration;
}

test.each([
  ["with every field", everything],
  ["with only its external business ID", { externalBusinessId: "shop" }],
  ["with some fields", { externalBusinessId: "shop", connectedTagId: "33", partnerMetadata: "no JSON {" }],
])("returns the state of the create for an integration %s", async (_what, args) => {
  const { inputs } = checkIntegration(args);
  const outputs = await stage.created(inputs);
  const live = await listedIntegration();
  const __uid = expect.any(String);
  const asCreated = { inputs, outputs: { ...outputs, __uid }, masked: [], invalid: new Map() };
  expect(stateOf(live)).toEqual(asCreated);
  expect(stateOf(live, { account: undefined })).toStrictEqual(asCreated);
});

test("returns the account and the explicit provider, as after a create", async () => {
  const others = { account: "north", providerName: "explicit" };
  const { inputs } = checkIntegration({ ...everything, ...others });
  stage.emulator.put("shop", { connected_tag_id: "33" });
  const result = stateOf(await listedIntegration(), others);
  expect(result.inputs).toEqual({ externalBusinessId: "shop", connectedTagId: "33", ...others });
  expect(Object.keys(result.inputs).sort()).toEqual(
    Object.keys(inputs)
      .filter((name) => name in result.inputs)
      .sort(),
  );
  expect(result.outputs).toMatchObject(others);
});

test("a read of imported state finds no drift until a field is cleared", async () => {
  const { inputs } = checkIntegration(everything);
  await stage.created(inputs);
  const { inputs: planned, outputs } = stateOf(await listedIntegration());
  const read = await stage.process().read("shop", outputs);
  expect(read).toEqual({ inputs: planned, outputs });
  stage.emulator.change("shop", { connected_tag_id: null });
  const later = await stage.process().read("shop", outputs);
  expect(later?.inputs).not.toHaveProperty("connectedTagId");
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
  expect(outputs).toEqual({
    ...inputs,
    __managed: "i",
    __uid: expect.any(String),
    __written: expect.any(String),
  });
  expect(masked).toEqual(["partnerAccessToken", "partnerRefreshToken", "partnerPrimaryEmail"]);
});

test("does not manage values that no program can declare, and reports the reason without the value", () => {
  const live = {
    externalBusinessId: "shop",
    connectedTagId: "3 3",
    partnerAccessToken: "two words",
    partnerPrimaryEmail: "nobody",
    partnerAccessTokenExpiry: 1_893_456_000,
    partnerRefreshTokenExpiry: 1_893_456_000_000.5,
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
  expect(invalid.get("partnerAccessTokenExpiry")).toMatch(/seems to be in seconds$/);
});
