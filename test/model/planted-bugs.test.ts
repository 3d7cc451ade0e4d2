import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { plantedBugs } from "../../scripts/planted-bugs-list.mts";

const repository = resolve(__dirname, "../..");

// Planting them takes minutes and is not done with each change, so that a change could leave a bug without its place.
test.each(plantedBugs)("the text in whose place a bug is put is there once: $name", ({ file, from }) => {
  expect(readFileSync(join(repository, file), "utf8").split(from)).toHaveLength(2);
});
