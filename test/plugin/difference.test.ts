import { describe, expect, test } from "@jest/globals";
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { unknownValue } from "../../provider/lifecycle/values";
import { differenceOf } from "../../provider/plugin/difference";
import { diffResponse } from "../../provider/plugin/messages";

const difference = (olds: object, news: object) => Object.fromEntries(differenceOf({ ...olds }, { ...news }));

describe("between two bags of inputs", () => {
  test("a property is added, deleted or updated", () => {
    expect(
      difference(
        { connectedTagId: "1", connectedLbaId: "1", scopes: "a" },
        { connectedTagId: "2", additionalId1: "1", scopes: "a" },
      ),
    ).toEqual({ connectedTagId: "update", connectedLbaId: "delete", additionalId1: "add" });
  });

  test.each([
    ["the order and the spelling of scopes", { scopes: "a,b" }, { scopes: "b a, a" }],
    [
      "the spelling of metadata",
      { partnerMetadata: '{"a":1,"b":[2]}' },
      { partnerMetadata: '{"b": [2], "a": 1}' },
    ],
    [
      "less than a second of an expiry",
      { partnerAccessTokenExpiry: 5000 },
      { partnerAccessTokenExpiry: 5999 },
    ],
    ["the order of keys", { triggers: { a: 1, b: 2 } }, { triggers: { b: 2, a: 1 } }],
    ["what is the engine's or a front end's own", { __provider: "text", __a: 1 }, { __b: 2 }],
  ])("%s makes none", (_what, olds, news) => {
    expect(difference(olds, news)).toEqual({});
  });

  test.each([
    ["another scope", { scopes: "a" }, { scopes: "a,b" }],
    ["other metadata", { partnerMetadata: '{"a":1}' }, { partnerMetadata: '{"a":2}' }],
    ["a second of an expiry", { partnerAccessTokenExpiry: 5000 }, { partnerAccessTokenExpiry: 6000 }],
    ["the order of a list", { triggers: ["a", "b"] }, { triggers: ["b", "a"] }],
    ["a number in place of its digits", { triggers: 1 }, { triggers: "1" }],
    ["a value that is not known yet", { triggers: ["a"] }, { triggers: [unknownValue] }],
    [
      "a value that was not known, and is not",
      { connectedTagId: unknownValue },
      { connectedTagId: unknownValue },
    ],
  ])("%s makes an update", (_what, olds, news) => {
    expect(Object.values(difference(olds, news))).toEqual(["update"]);
  });
});

describe("what the engine is told", () => {
  const told = (
    changes: Record<string, "add" | "delete" | "update">,
    { replaces = [], stables = [] }: { replaces?: string[]; stables?: string[] } = {},
  ) => diffResponse({ changes: new Map(Object.entries(changes)), replaces, stables });

  test("of no change: none, and that it was looked at property by property", () => {
    const response = told({}, { stables: ["integrationId"] });
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_NONE);
    expect(response.getHasdetaileddiff()).toBe(true);
    expect(response.getDiffsList()).toEqual([]);
    expect(response.getStablesList()).toEqual(["integrationId"]);
  });

  test.each([
    ["add", PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
    ["delete", PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
    ["update", PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  ] as const)("of an %s, by the property's name, and whether it replaces", (change, kind, replacing) => {
    const response = told({ it: change, other: change }, { replaces: ["other"] });
    const kinds = response.getDetaileddiffMap();
    expect(kinds.get("it")?.getKind()).toBe(kind);
    expect(kinds.get("other")?.getKind()).toBe(replacing);
    expect(kinds.get("it")?.getInputdiff()).toBe(true);
    expect(response.getDiffsList()).toEqual(["it", "other"]);
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
  });

  test("always deletes before a replacement, which `replaceOnChanges` can ask for", () => {
    const response = told({ externalBusinessId: "update" }, { replaces: ["externalBusinessId"] });
    expect(response.getReplacesList()).toEqual(["externalBusinessId"]);
    expect(response.getDeletebeforereplace()).toBe(true);
    for (const changes of [{}, { scopes: "update" as const }]) {
      expect(told(changes).getDeletebeforereplace()).toBe(true);
    }
  });

  test("of a replacement without a changed input: some change all the same", () => {
    const response = told({}, { replaces: ["externalBusinessId"] });
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
  });
});
