import { describe, expect, test } from "@jest/globals";
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { changesBetween, diffResponse } from "../../provider/plugin/responses";
import { unknownValue } from "../../provider/run/constants";

const difference = (olds: object, news: object) =>
  Object.fromEntries(changesBetween({ ...olds }, { ...news }));

describe("differences between inputs", () => {
  test("are added, deleted and updated properties", () => {
    expect(
      difference(
        { connectedTagId: "1", connectedLbaId: "1", scopes: "a" },
        { connectedTagId: "2", additionalId1: "1", scopes: "a" },
      ),
    ).toEqual({ connectedTagId: "UPDATE", connectedLbaId: "DELETE", additionalId1: "ADD" });
  });

  // test/lifecycle/values compares values of all kinds.
  test.each([
    ["equivalent values", { scopes: "a,b" }, { scopes: "b a, a" }],
    ["properties of the engine or a provider type", { __provider: "text", __a: 1 }, { __b: 2 }],
  ])("ignore %s", (_what, olds, news) => {
    expect(difference(olds, news)).toEqual({});
  });

  test("include a value that was unknown and still is", () => {
    const unknown = { connectedTagId: unknownValue };
    expect(difference(unknown, unknown)).toEqual({ connectedTagId: "UPDATE" });
  });
});

describe("the response", () => {
  const responseTo = (
    changes: Record<string, "ADD" | "DELETE" | "UPDATE">,
    effects: { replaces?: string[]; stables?: string[] } = {},
  ) => diffResponse(new Map(Object.entries(changes)), effects);

  test("contains no change, but a detailed diff, if nothing changed", () => {
    const response = responseTo({}, { stables: ["integrationId"] });
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_NONE);
    expect(response.getHasdetaileddiff()).toBe(true);
    expect(response.getDiffsList()).toEqual([]);
    expect(response.getStablesList()).toEqual(["integrationId"]);
  });

  test.each([
    ["ADD", PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
    ["DELETE", PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
    ["UPDATE", PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  ] as const)(
    "names the property of an %s, and whether it forces a replacement",
    (change, kind, replacing) => {
      const response = responseTo({ changed: change, other: change }, { replaces: ["other"] });
      const kinds = response.getDetaileddiffMap();
      expect(kinds.get("changed")?.getKind()).toBe(kind);
      expect(kinds.get("other")?.getKind()).toBe(replacing);
      expect(kinds.get("changed")?.getInputdiff()).toBe(true);
      expect(response.getDiffsList()).toEqual(["changed", "other"]);
      expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
    },
  );

  test("lets the engine delete last", () => {
    const response = responseTo({ externalBusinessId: "UPDATE" }, { replaces: ["externalBusinessId"] });
    expect(response.getReplacesList()).toEqual(["externalBusinessId"]);
    expect(response.getDeletebeforereplace()).toBe(false);
  });

  test("contains a change for a replacement without changed inputs", () => {
    const response = responseTo({}, { replaces: ["externalBusinessId"] });
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
  });
});
