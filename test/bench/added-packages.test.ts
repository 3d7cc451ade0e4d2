import { expect, test } from "@jest/globals";
import { reached } from "../../bench/figures/added-packages.mts";

const packages = {
  "": { dependencies: { a: "1" } },
  "node_modules/a": { dependencies: { b: "1", shared: "2" }, optionalDependencies: { absent: "1" } },
  "node_modules/b": { dependencies: { a: "1" } },
  "node_modules/shared": { dependencies: { b: "1" } },
  "node_modules/a/node_modules/shared": {},
  "node_modules/unused": {},
};

test("follows dependencies as Node.js finds them: the nearest copy, circles, optional ones where they are", () => {
  expect(reached(packages, "")).toEqual(
    new Set(["", "node_modules/a", "node_modules/b", "node_modules/a/node_modules/shared"]),
  );
});

test("a copy further up serves a folder that has none of its own", () => {
  expect(reached(packages, "node_modules/shared")).toContain("node_modules/a/node_modules/shared");
  expect(reached(packages, "node_modules/b")).not.toContain("node_modules/shared");
});
