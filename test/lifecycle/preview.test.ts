import { describe, expect, test } from "@jest/globals";
import { fieldNames } from "../../provider/api/fields";
import { previewCreate, previewUpdate } from "../../provider/lifecycle/diff";
import { type Bag, computedNames, managedKey, uidKey } from "../../provider/lifecycle/outputs";
import { unknownValue } from "../../provider/lifecycle/values";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const given = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: "hidden" };

const unknownIn = (bag: Bag) =>
  Object.keys(bag)
    .filter((name) => bag[name] === unknownValue)
    .sort();

/** The bag without the hidden properties and the time of the change. */
function shown({ [managedKey]: _record, [uidKey]: _uid, updatedTimestamp: _at, ...rest }: Bag): Bag {
  return rest;
}

describe("the preview of a create", () => {
  test("has the program's values, and unknown values that Pinterest sets", () => {
    const foretold = previewCreate(given);
    expect(foretold).toMatchObject(given);
    expect(unknownIn(foretold)).toEqual([...computedNames].sort());
  });

  test("has no fields that the program leaves out, like the create", async () => {
    const { outputs } = await stage.process().create(given);
    expect(Object.keys(shown(previewCreate(given))).sort()).toEqual(Object.keys(shown(outputs)).sort());
  });

  test("has unknown values for readable fields that the program leaves out, if it may adopt", () => {
    for (const adopt of [true, unknownValue]) {
      const foretold = previewCreate({ ...given, adopt });
      expect(foretold).toMatchObject(given);
      expect(foretold).toMatchObject({ scopes: unknownValue, connectedLbaId: unknownValue });
      expect(foretold).not.toHaveProperty("partnerRefreshToken");
    }
    expect(previewCreate({ ...given, adopt: false })).not.toHaveProperty("scopes");
  });
});

describe("the preview of an update", () => {
  const state = async (more: Bag = {}) => stage.created({ ...given, ...more });

  test("has the program's values and those that Pinterest has set, and an unknown time of the update", async () => {
    const previous = await state();
    const foretold = previewUpdate(previous, { ...given, connectedTagId: "2", scopes: unknownValue });
    expect(shown(foretold)).toEqual({
      ...shown(previous),
      connectedTagId: "2",
      scopes: unknownValue,
    });
    expect(unknownIn(foretold)).toEqual(["scopes", "updatedTimestamp"]);
  });

  test("has no fields that are removed from the program", async () => {
    const foretold = previewUpdate(await state({ connectedLbaId: "5", scopes: "a" }), given);
    expect(foretold).not.toHaveProperty("connectedLbaId");
    expect(foretold).not.toHaveProperty("scopes");
  });

  test.each(["release", unknownValue])(
    "keeps fields that are removed from the program if whenRemoved is %s",
    async (whenRemoved) => {
      const foretold = previewUpdate(await state({ connectedLbaId: "5" }), { ...given, whenRemoved });
      expect(foretold).toMatchObject({ connectedLbaId: "5" });
    },
  );

  test("keeps unmanaged fields", async () => {
    const previous = { ...(await state()), connectedLbaId: "5" };
    expect(previewUpdate(previous, given)).toMatchObject({ connectedLbaId: "5" });
  });

  test("keeps a released field as a secret", async () => {
    const foretold = previewUpdate(await state({ connectedLbaId: "5" }), {
      ...given,
      whenRemoved: "release",
    });
    // The fields after the tilde are released: their values in state are secrets.
    expect(foretold[managedKey]).toMatch(/^[^~]+~l$/);
    expect(previewUpdate(await state2(), given)[managedKey]).not.toContain("~");
  });

  const state2 = () => stage.created({ ...given, externalBusinessId: "other" });

  test.each([
    ["changed, added and cleared", { connectedTagId: "2", scopes: "a" }, {}],
    ["released", {}, { whenRemoved: "release" }],
  ])("equals the result of the update, with fields %s", async (_what, fields, others) => {
    const previous = await state({ connectedLbaId: "5" });
    const inputs = { ...given, ...fields, ...others };
    const outputs = await stage.process().update("shop", previous, inputs);
    const foretold = previewUpdate(previous, inputs);
    expect(shown(foretold)).toEqual(shown(outputs));
    expect(foretold[managedKey]).toBe(outputs[managedKey]);
  });

  test("sends no request", async () => {
    const previous = await state();
    stage.emulator.clearRequests();
    previewUpdate(previous, given);
    previewCreate(
      Object.fromEntries([["externalBusinessId", "a"], ...fieldNames.map((name) => [name, "1"])]),
    );
    expect(stage.methods()).toEqual([]);
  });
});
