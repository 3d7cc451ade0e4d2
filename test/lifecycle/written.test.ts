import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { needsUpdate } from "../../provider/lifecycle/diff";
import { outputsFromBag } from "../../provider/lifecycle/outputs";
import { changedFields, wasRecreated } from "../../provider/lifecycle/written";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = {
  externalBusinessId: "shop",
  connectedTagId: "1",
  scopes: "b,a",
  partnerMetadata: '{"b":1,"a":2}',
  partnerAccessTokenExpiry: 1_900_000_000_500,
  partnerAccessToken: "hidden-token",
};

/** State after a read, which an update or a refresh saves. */
async function stateAfterRead(state: Bag, compareSecrets = false): Promise<Bag> {
  return (await stage.process({ compareSecrets }).read("shop", state))?.outputs ?? {};
}

const changedIn = (state: Bag) => changedFields(outputsFromBag(state));

/** Recreate the integration with the program's values, but without the token. */
function recreate(): void {
  stage.emulator.remove("shop");
  stage.emulator.put("shop", {
    connected_tag_id: "1",
    scopes: "a,b",
    partner_metadata: inputs.partnerMetadata,
    partner_access_token_expiry: inputs.partnerAccessTokenExpiry,
  });
}

test("a field that somebody changed stays changed in state, until an update writes it", async () => {
  const written = await stage.created(inputs);
  stage.emulator.change("shop", { connected_tag_id: "7" });
  const first = await stateAfterRead(written);
  const second = await stateAfterRead(first);
  expect(second).toMatchObject({ connectedTagId: "7" });
  expect([written, first, second].map(changedIn)).toEqual([[], ["connectedTagId"], ["connectedTagId"]]);
  const updated = await stage.process().update("shop", second, inputs);
  expect(changedIn(updated)).toEqual([]);
});

test("does not count a restored or equivalent value as changed", async () => {
  const written = await stage.created(inputs);
  stage.emulator.change("shop", { connected_tag_id: "7" });
  const changed = await stateAfterRead(written);
  stage.emulator.change("shop", {
    connected_tag_id: "1",
    scopes: "a b",
    partner_metadata: '{ "a": 2, "b": 1.0 }',
    partner_access_token_expiry: 1_900_000_000_000,
  });
  expect(changedIn(await stateAfterRead(changed))).toEqual([]);
  stage.emulator.change("shop", { partner_access_token_expiry: 1_900_000_003_000, scopes: null });
  expect(changedIn(await stateAfterRead(changed))).toEqual(["partnerAccessTokenExpiry", "scopes"]);
});

test("state of an import file gets the record from the file's values, at the first read", async () => {
  await stage.created(inputs);
  stage.emulator.change("shop", { connected_tag_id: "7" });
  expect(changedIn(await stateAfterRead(await stateAfterRead(inputs)))).toEqual(["connectedTagId"]);
});

test("a compared secret stays changed", async () => {
  const written = await stage.created(inputs);
  stage.emulator.change("shop", { partner_access_token: "another" });
  const state = await stateAfterRead(await stateAfterRead(written, true), true);
  expect(changedIn(state)).toEqual(["partnerAccessToken"]);
  expect(changedIn(await stage.process().update("shop", state, inputs))).toEqual([]);
});

test("a field that Pinterest ignored keeps its record", async () => {
  const written = await stage.created(inputs);
  stage.emulator.change("shop", { connected_tag_id: "7" });
  const state = await stateAfterRead(written);
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  const { kept } = await partialFailureOf(stage.process().update("shop", state, inputs));
  expect(changedIn(await stateAfterRead(kept))).toEqual(["connectedTagId"]);
});

test("a field whose write has an unknown outcome does not count as changed by somebody", async () => {
  const written = await stage.created(inputs);
  stage.loseResponses("update", { commit: true });
  stage.failReads();
  const update = stage.process().update("shop", written, { ...inputs, connectedTagId: "2" });
  const { kept } = await partialFailureOf(update);
  stage.emulator.disarmFaults();
  expect(changedIn(await stateAfterRead(kept))).toEqual([]);
  // Without the field in the program, only an update clears it.
  const { connectedTagId: _, ...without } = inputs;
  expect(needsUpdate(outputsFromBag(kept), without, "program")).toBe(true);
  expect(needsUpdate(outputsFromBag(written), without, "program")).toBe(false);
});

test("a write with an unknown outcome keeps the record of a changed secret", async () => {
  const written = await stage.created(inputs);
  stage.emulator.change("shop", { partner_access_token: "another" });
  const state = await stateAfterRead(written, true);
  stage.loseResponses("update", { commit: false });
  const { kept } = await partialFailureOf(stage.process().update("shop", state, inputs));
  expect(changedIn(kept)).toEqual(["partnerAccessToken"]);
});

/** State after a read of an integration that was recreated. */
async function stateAfterRecreation(): Promise<Bag> {
  const written = await stage.created(inputs);
  stage.pass(5_000);
  recreate();
  return stateAfterRead(await stateAfterRead(written));
}

test("a recreated integration is recorded without its token, and reported", async () => {
  const state = await stateAfterRecreation();
  expect(wasRecreated(outputsFromBag(state))).toBe(true);
  expect(state).not.toHaveProperty("partnerAccessToken");
  expect(stage.notes).toContainEqual(expect.stringContaining("deleted and recreated at Pinterest"));
});

test("an update that fails keeps the record of a recreated integration", async () => {
  const state = await stateAfterRecreation();
  stage.emulator.setSwitches({ ignoredFields: ["scopes"] });
  const { kept } = await partialFailureOf(stage.process().update("shop", state, { ...inputs, scopes: "c" }));
  expect(wasRecreated(outputsFromBag(kept))).toBe(true);
});

test("an update writes the secrets of a recreated integration again", async () => {
  const state = await stateAfterRecreation();
  stage.emulator.clearRequests();
  const updated = await stage.process().update("shop", state, inputs);
  expect(stage.bodies("PATCH")).toEqual([expect.objectContaining({ partner_access_token: "hidden-token" })]);
  expect(wasRecreated(outputsFromBag(updated))).toBe(false);
});

test("a recreated integration without secrets needs an update that only records it", async () => {
  const { partnerAccessToken: _, ...fields } = inputs;
  const written = await stage.created(fields);
  stage.pass(5_000);
  recreate();
  const state = await stateAfterRead(written);
  expect(needsUpdate(outputsFromBag(written), fields, "program")).toBe(false);
  expect(needsUpdate(outputsFromBag(state), fields, "program")).toBe(true);
  expect(needsUpdate(outputsFromBag(state), { ...fields, scopes: "c" }, "program")).toBe(false);
  stage.emulator.clearRequests();
  const updated = await stage.process().update("shop", state, fields);
  expect(stage.methods()).toEqual(["GET"]);
  expect(needsUpdate(outputsFromBag(updated), fields, "program")).toBe(false);
});

test("a merchant list that adopts Pinterest's value needs an update that records it, a program does not", async () => {
  const { partnerAccessToken: _, ...fields } = inputs;
  const written = await stage.created(fields);
  stage.emulator.change("shop", { connected_tag_id: "7" });
  const state = outputsFromBag(await stateAfterRead(written));
  const news = { ...fields, connectedTagId: "7" };
  expect(needsUpdate(state, news, "merchant list")).toBe(true);
  expect(needsUpdate(state, news, "program")).toBe(false);
});

test("a stale read of an integration that was recreated later does not count", async () => {
  const written = await stage.created(inputs);
  const older = {
    ...written,
    createdTimestamp: Number(written.createdTimestamp) + 60_000,
    integrationId: "99",
  };
  const state = await stateAfterRead(older);
  expect(wasRecreated(outputsFromBag(state))).toBe(false);
  expect(state).toMatchObject({ integrationId: "99" });
});
