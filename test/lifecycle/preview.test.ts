import { describe, expect, test } from "@jest/globals";
import { fieldNames } from "../../provider/api/fields";
import type { Bag } from "../../provider/base/bag";
import { previewCreate, previewUpdate } from "../../provider/lifecycle/diff";
import { computedNames, managedKey, uidKey, writtenKey } from "../../provider/lifecycle/outputs";
import { unknownValue } from "../../provider/run/constants";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const args = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: "hidden" };

const unknownIn = (bag: Bag) =>
  Object.keys(bag)
    .filter((name) => bag[name] === unknownValue)
    .sort();

/** The bag without the hidden properties and the time of the change. */
function withoutHidden(bag: Bag): Bag {
  const {
    [managedKey]: _record,
    [uidKey]: _uid,
    [writtenKey]: _written,
    updatedTimestamp: _at,
    ...rest
  } = bag;
  return rest;
}

describe("the preview of a create", () => {
  test("has the program's values, and unknown values that Pinterest sets", () => {
    const previewed = previewCreate(args);
    expect(previewed).toMatchObject(args);
    expect(unknownIn(previewed)).toEqual([...computedNames].sort());
  });

  test("has no fields that the program omits, like the create", async () => {
    const { outputs } = await stage.process().create(args);
    expect(Object.keys(withoutHidden(previewCreate(args))).sort()).toEqual(
      Object.keys(withoutHidden(outputs)).sort(),
    );
  });

  test("has unknown values for readable fields that the program omits, if it may adopt", () => {
    for (const adopt of [true, unknownValue]) {
      const previewed = previewCreate({ ...args, adopt });
      expect(previewed).toMatchObject(args);
      expect(previewed).toMatchObject({ scopes: unknownValue, connectedLbaId: unknownValue });
      expect(previewed).not.toHaveProperty("partnerRefreshToken");
    }
    expect(previewCreate({ ...args, adopt: false })).not.toHaveProperty("scopes");
  });
});

describe("the preview of an update", () => {
  const state = async (more: Bag = {}) => stage.created({ ...args, ...more });

  test("has the program's values and those that Pinterest has set, and an unknown time of the update", async () => {
    const previous = await state();
    const previewed = previewUpdate(previous, { ...args, connectedTagId: "2", scopes: unknownValue });
    expect(withoutHidden(previewed)).toEqual({
      ...withoutHidden(previous),
      connectedTagId: "2",
      scopes: unknownValue,
    });
    expect(unknownIn(previewed)).toEqual(["scopes", "updatedTimestamp"]);
  });

  test("has no fields that are removed from the program", async () => {
    const previewed = previewUpdate(await state({ connectedLbaId: "5", scopes: "a" }), args);
    expect(previewed).not.toHaveProperty("connectedLbaId");
    expect(previewed).not.toHaveProperty("scopes");
  });

  test.each(["release", unknownValue])(
    "keeps fields that are removed from the program if whenRemoved is %s",
    async (whenRemoved) => {
      const previewed = previewUpdate(await state({ connectedLbaId: "5" }), { ...args, whenRemoved });
      expect(previewed).toMatchObject({ connectedLbaId: "5" });
    },
  );

  test("keeps unmanaged fields", async () => {
    const previous = { ...(await state()), connectedLbaId: "5" };
    expect(previewUpdate(previous, args)).toMatchObject({ connectedLbaId: "5" });
  });

  test("keeps a released field as a secret", async () => {
    const previewed = previewUpdate(await state({ connectedLbaId: "5" }), {
      ...args,
      whenRemoved: "release",
    });
    // The fields after the tilde are released: their values in state are secrets.
    expect(previewed[managedKey]).toMatch(/^[^~]+~l$/);
    expect(previewUpdate(await stateOfOther(), args)[managedKey]).not.toContain("~");
  });

  const stateOfOther = () => stage.created({ ...args, externalBusinessId: "other" });

  test.each([
    ["changed, added and cleared", { connectedTagId: "2", scopes: "a" }, {}],
    ["released", {}, { whenRemoved: "release" }],
  ])("equals the result of the update, with fields %s", async (_what, fields, others) => {
    const previous = await state({ connectedLbaId: "5" });
    const inputs = { ...args, ...fields, ...others };
    const outputs = await stage.process().update("shop", previous, inputs);
    const previewed = previewUpdate(previous, inputs);
    expect(withoutHidden(previewed)).toEqual(withoutHidden(outputs));
    expect(previewed[managedKey]).toBe(outputs[managedKey]);
  });

  test("sends no request", async () => {
    const previous = await state();
    stage.emulator.clearRequests();
    previewUpdate(previous, args);
    previewCreate(
      Object.fromEntries([["externalBusinessId", "a"], ...fieldNames.map((name) => [name, "1"])]),
    );
    expect(stage.methods()).toEqual([]);
  });
});
