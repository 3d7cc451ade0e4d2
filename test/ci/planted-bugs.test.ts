import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { plantedBugs } from "../../scripts/planted-bugs-list.mts";

const repository = resolve(__dirname, "../..");

// CI does not plant the bugs, because it takes minutes. This test fails if a change removes the text that a bug replaces, or the file of its test.
test.each(plantedBugs)("can be planted once, and has a test: $name", ({ file, from, test }) => {
  expect(readFileSync(join(repository, file), "utf8").split(from)).toHaveLength(2);
  expect(existsSync(join(repository, test))).toBe(true);
});
