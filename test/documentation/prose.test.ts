import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";

test("the check of the documentation reports refused words and long pages, except in code", () => {
  const page = join(temporaryDirectory(), "page.md");
  writeFileSync(
    page,
    [
      "# Settle it",
      "`a claim` and [this](sweep.md) heals.",
      "```sh",
      "sweep",
      "```",
      "x".repeat(12_000),
    ].join("\n"),
  );
  const script = resolve(__dirname, "../../scripts/check-prose.mts");
  const { status, stderr } = spawnSync(process.execPath, [script, page], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr.trim().replaceAll(`${page}:`, "").split("\n")).toEqual([
    expect.stringMatching(/^ page of \d+ bytes, at most 12000$/),
    '1: "Settle", write "converge"',
    '2: "heals", write "fix drift"',
  ]);
});
