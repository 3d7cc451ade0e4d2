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

/** All that a bag says, but for the hidden record and when it was changed. */
function shown({ [managedKey]: _record, [uidKey]: _uid, updatedTimestamp: _at, ...rest }: Bag): Bag {
  return rest;
}

describe("a creation is foretold", () => {
  test("to have what the program gives, and what Pinterest will set as not known yet", () => {
    const foretold = previewCreate(given);
    expect(foretold).toMatchObject(given);
    expect(unknownIn(foretold)).toEqual([...computedNames].sort());
  });

  test("with nothing in the fields that the program leaves out, which is what comes of it", async () => {
    const { outputs } = await stage.process().create(given);
    expect(Object.keys(shown(previewCreate(given))).sort()).toEqual(Object.keys(shown(outputs)).sort());
  });

  test("with any value in the fields that are left out and can be read, where it may adopt", () => {
    for (const adopt of [true, unknownValue]) {
      const foretold = previewCreate({ ...given, adopt });
      expect(foretold).toMatchObject(given);
      expect(foretold).toMatchObject({ scopes: unknownValue, connectedLbaId: unknownValue });
      expect(foretold).not.toHaveProperty("partnerRefreshToken");
    }
    expect(previewCreate({ ...given, adopt: false })).not.toHaveProperty("scopes");
  });
});

describe("an update is foretold", () => {
  const state = async (more: Bag = {}) => stage.created({ ...given, ...more });

  test("to have what the program gives, and what Pinterest set and keeps; only when is not known yet", async () => {
    const previous = await state();
    const foretold = previewUpdate(previous, { ...given, connectedTagId: "2", scopes: unknownValue });
    expect(shown(foretold)).toEqual({
      ...shown(previous),
      connectedTagId: "2",
      scopes: unknownValue,
    });
    expect(unknownIn(foretold)).toEqual(["scopes", "updatedTimestamp"]);
  });

  test("to clear the fields that leave the program", async () => {
    const foretold = previewUpdate(await state({ connectedLbaId: "5", scopes: "a" }), given);
    expect(foretold).not.toHaveProperty("connectedLbaId");
    expect(foretold).not.toHaveProperty("scopes");
  });

  test.each(["release", unknownValue])(
    "to keep the fields that leave the program, where whenRemoved is %s",
    async (whenRemoved) => {
      const foretold = previewUpdate(await state({ connectedLbaId: "5" }), { ...given, whenRemoved });
      expect(foretold).toMatchObject({ connectedLbaId: "5" });
    },
  );

  test("to keep the fields that it never managed", async () => {
    const previous = { ...(await state()), connectedLbaId: "5" };
    expect(previewUpdate(previous, given)).toMatchObject({ connectedLbaId: "5" });
  });

  test("with a secret field that left the program a secret still, while it is kept", async () => {
    const foretold = previewUpdate(await state({ connectedLbaId: "5" }), {
      ...given,
      whenRemoved: "release",
    });
    // Behind the tilde stand the fields that left: what state shows of them counts as secret.
    expect(foretold[managedKey]).toMatch(/^[^~]+~l$/);
    expect(previewUpdate(await state2(), given)[managedKey]).not.toContain("~");
  });

  const state2 = () => stage.created({ ...given, externalBusinessId: "other" });

  test.each([
    ["changed, added and cleared", { connectedTagId: "2", scopes: "a" }, {}],
    ["released", {}, { whenRemoved: "release" }],
  ])("as it comes out, with fields %s", async (_what, fields, others) => {
    const previous = await state({ connectedLbaId: "5" });
    const inputs = { ...given, ...fields, ...others };
    const outputs = await stage.process().update("shop", previous, inputs);
    const foretold = previewUpdate(previous, inputs);
    expect(shown(foretold)).toEqual(shown(outputs));
    expect(foretold[managedKey]).toBe(outputs[managedKey]);
  });

  test("without a request", async () => {
    const previous = await state();
    stage.emulator.clearRequests();
    previewUpdate(previous, given);
    previewCreate(
      Object.fromEntries([["externalBusinessId", "a"], ...fieldNames.map((name) => [name, "1"])]),
    );
    expect(stage.methods()).toEqual([]);
  });
});
