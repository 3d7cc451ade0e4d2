import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Bag } from "../lifecycle/outputs";
import { sameInput } from "../lifecycle/values";
import { create } from "./messages";

/** The result of a diff. */
export interface Difference {
  /** The changed inputs by name. */
  readonly changes: ReadonlyMap<string, "add" | "delete" | "update">;
  /** The inputs that force a replacement. */
  readonly replaces: readonly string[];
  /** Outputs that change only with a replacement. */
  readonly stables: readonly string[];
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/**
 * The changes between two bags of inputs. Properties with two underscores belong to the engine or a provider type, and are ignored. An
 * unknown value counts as changed.
 */
export function differenceOf(olds: Bag, news: Bag): Difference["changes"] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
  return new Map(
    names
      .filter((name) => !sameInput(name, olds[name], news[name]))
      .map((name) => [
        name,
        olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update",
      ]),
  );
}

/** The response with a detailed diff of the inputs. */
export function diffResponse({ changes, replaces, stables }: Difference): DiffResponse {
  const isSome = changes.size > 0 || replaces.length > 0;
  const response = create(DiffResponse, {
    changes: isSome ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
    diffsList: [...changes.keys()],
    replacesList: [...replaces],
    // Pinterest has one integration for each ID. This includes a replacement by `replaceOnChanges`, an option that the provider does not see.
    deletebeforereplace: true,
    stablesList: [...stables],
    hasdetaileddiff: true,
  });
  for (const [name, change] of changes) {
    const [kind, replacing] = kinds[change];
    const difference = { kind: replaces.includes(name) ? replacing : kind, inputdiff: true };
    response.getDetaileddiffMap().set(name, create(PropertyDiff, difference));
  }
  return response;
}
