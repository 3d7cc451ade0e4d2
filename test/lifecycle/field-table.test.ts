// First, so that the imports below use the mocked table.
import "./helpers/added-fields";

import { expect, test } from "@jest/globals";
import { checkIntegration } from "../../provider/lifecycle/check";
import { previewCreate } from "../../provider/lifecycle/diff";
import { stateOf } from "../../provider/lifecycle/import";
import { managedKey, secretsAmong } from "../../provider/lifecycle/outputs";
import { sameInput } from "../../provider/lifecycle/values";
import { unknownValue } from "../../provider/run/constants";
import { fake } from "../api/helpers/fake-client";
import { openOperations } from "./helpers/operations";
import { settingsOn } from "./helpers/settings.mts";

const args = {
  externalBusinessId: "shop-1",
  addedScopes: ["b", "a"],
  addedToken: "our-token",
  addedExpiry: 1_893_456_000_000,
};
const canonical = { ...args, addedScopes: "a,b" };

test("check validates an added field and returns its canonical form", () => {
  expect(checkIntegration(args)).toEqual({ inputs: canonical, problems: [] });
  expect(checkIntegration({ ...args, addedExpiry: "soon" }).problems).toEqual([
    expect.stringContaining("`addedExpiry`"),
  ]);
});

test("comparisons use the kind of an added field", () => {
  expect(sameInput("addedScopes", "a,b", "b a")).toBe(true);
  expect(sameInput("addedScopes", "a,b", "b")).toBe(false);
});

test("a preview contains an added field, except if it is a secret", () => {
  const { addedScopes, addedToken, addedExpiry } = previewCreate({
    externalBusinessId: "shop-1",
    adopt: true,
  });
  expect([addedScopes, addedToken, addedExpiry]).toEqual([unknownValue, undefined, unknownValue]);
});

test("an update sends and compares an added field, and adds it to the outputs and to the record of managed fields", async () => {
  const previous = { ...canonical, addedScopes: "a", addedToken: "old-token", [managedKey]: "123" };
  const { clock, api, client } = fake(() => ({
    status: 200,
    body: { id: "1", external_business_id: "shop-1", added_scopes: "b a", added_expiry: args.addedExpiry },
  }));
  const operations = openOperations({ client: () => client, notify: () => {}, ...settingsOn(clock) });
  const outputs = await clock.run(operations.update("shop-1", previous, canonical));
  expect(api.requests.map(({ body }) => JSON.parse(body))).toEqual([
    { added_scopes: "a,b", added_token: "our-token" },
  ]);
  expect(outputs).toMatchObject({ ...canonical, [managedKey]: "123" });
  expect(secretsAmong(outputs)).toEqual(["addedToken"]);
});

test("an update reports an added field that Pinterest ignores", async () => {
  const { clock, client } = fake(() => ({
    status: 200,
    body: { id: "1", external_business_id: "shop-1", added_scopes: "a", added_expiry: args.addedExpiry },
  }));
  const operations = openOperations({ client: () => client, notify: () => {}, ...settingsOn(clock) });
  const update = operations.update("shop-1", { externalBusinessId: "shop-1", [managedKey]: "" }, canonical);
  await expect(clock.run(update)).rejects.toThrow("ignored `addedScopes`");
});

test("an import masks an added secret, and manages the other added fields", () => {
  const live = { externalBusinessId: "shop-1", addedScopes: "b a", addedToken: "****", addedExpiry: 1e12 };
  const { inputs, outputs, masked } = stateOf(live);
  expect(inputs).toEqual({ externalBusinessId: "shop-1", addedScopes: "a,b", addedExpiry: 1e12 });
  expect(outputs).toMatchObject({ [managedKey]: "13" });
  expect(masked).toEqual(["addedToken"]);
});
