import type { Bag } from "../lifecycle/outputs";
import { sameInput } from "../lifecycle/values";
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
      .filter((name) => !sameInput(name, olds[name], news[name]))
      .map((name) => [
        name,
        olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update",
      ]),
  );
}
