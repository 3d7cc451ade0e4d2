import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";

const isTooLong = expect.stringMatching(/^ page of \d+ bytes, at most 12000$/);
const folded = ["<details>", "x".repeat(12_000), "</details>", ""];
const generated = "<!-- Generated. To update this file, run a script. -->";

test.each([
  [
    "refused words, except in code",
    ["# Settle it", "`a claim` and [this](sweep.md) heals.", "```sh", "sweep", "```"],
    ['1: "Settle", write "converge"', '2: "heals", write "fix drift"'],
  ],
  ["long pages", folded, [isTooLong]],
  ["long generated pages", ["x".repeat(12_000), generated], [isTooLong]],
  ["not the folded parts of generated pages", [...folded, generated], []],
])("the check of the documentation reports %s", (_, lines, problems) => {
  const page = join(temporaryDirectory(), "page.md");
  writeFileSync(page, lines.join("\n"));
  const script = resolve(__dirname, "../../scripts/check-prose.mts");
  const { status, stderr } = spawnSync(process.execPath, [script, page], { encoding: "utf8" });
  expect(status).toBe(problems.length === 0 ? 0 : 1);
  expect(stderr.replaceAll(`${page}:`, "").split("\n").filter(Boolean)).toEqual(problems);
});
