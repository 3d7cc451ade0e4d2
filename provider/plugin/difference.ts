import { isDeepStrictEqual } from "node:util";
import type { Bag } from "../lifecycle";
import { sameField } from "../lifecycle/canonical";
import { containsUnknown } from "../lifecycle/unknown";
import { fieldNames, type IntegrationFieldName } from "../pinterest/fields";
import type { Difference } from "./resource";

/**
 * What becomes of each property between two bags of inputs. Properties with two underscores are the engine's or a front end's own,
 * and count for nothing. A value that is not known yet counts as another one.
 */
export function differenceOf(olds: Bag, news: Bag): Difference["changes"] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
  return new Map(
    names
      .filter((name) => !isSame(name, olds[name], news[name]))
      .map((name) => [
        name,
        olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update",
      ]),
  );
}

function isSame(name: string, old: unknown, now: unknown): boolean {
  if (containsUnknown(now)) return false;
  if (isScalar(old) && isScalar(now) && isField(name)) return sameField(name, old, now);
  return isDeepStrictEqual(old, now);
}

function isField(name: string): name is IntegrationFieldName {
  return (fieldNames as readonly string[]).includes(name);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}
