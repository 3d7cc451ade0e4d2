import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const script = resolve(__dirname, "../../scripts/check-prose.mts");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-prose-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Checks a page, and returns the problems without the page's path. */
function check(...lines: string[]): { exitCode: number | null; problems: string[] } {
  const page = join(directory, "page.md");
  writeFileSync(page, lines.join("\n"));
  const { status, stderr } = spawnSync(process.execPath, [script, page], { encoding: "utf8" });
  return { exitCode: status, problems: stderr.trim().replaceAll(`${page}:`, "").split("\n") };
}

const words = (count: number) => `Word${" word".repeat(count - 1)}`;

test("reports long sentences, long paragraphs and rejected words, with line and text", () => {
  const result = check(
    "# Settle a claim",
    "",
    `Short. ${words(16)}`,
    `${words(15)}.`,
    "",
    `- ${words(20)}. ${words(20)}. ${words(21)}.`,
    "- Then [look at](page.md) it.",
    "",
    "| key | meaning |",
    "| --- | --- |",
    `| first | ${words(31)} |`,
    "| second | It was *made* before. |",
    "",
    "> [!WARNING]",
    "> The command heals it.",
  );

  expect(result.exitCode).toBe(1);
  expect(result.problems).toEqual([
    expect.stringMatching(/^1: "Settle", write "converge": "Settle a claim"$/),
    expect.stringMatching(/^1: "a claim", write "dependencies", .*: "a claim"$/),
    expect.stringMatching(/^3: sentence of 31 words, at most 30: "Word word /),
    expect.stringMatching(/^6: paragraph of 61 words, at most 60: "Word word /),
    expect.stringMatching(/^7: "look at", write "check", "read" or "lookup": "look at it\."$/),
    expect.stringMatching(/^11: sentence of 31 words, at most 30: "Word word /),
    expect.stringMatching(/^12: "made", write "created" or "recreated": "made before\."$/),
    expect.stringMatching(/^15: "heals", write "fix drift": "heals it\."$/),
  ]);
});

test("reports a page that is too long", () => {
  const table = ["| key | meaning |", "| --- | --- |", ...Array<string>(1_000).fill("| first | second |")];

  expect(check(...table).problems).toEqual([expect.stringMatching(/ page of \d+ bytes, at most 12000$/)]);
});

test("accepts code, legitimate uses of rejected words, and sentences and paragraphs at the limit", () => {
  const result = check(
    `${words(30)}. ${words(30)}.`,
    "",
    `\`settle a claim\` and \`${words(40)}\` have the same text. The message says so.`,
    "",
    "```sh",
    `sweep ${words(70)}`,
    "```",
    "",
    `| ${words(20)} | ${words(20)} |`,
    "| --- | --- |",
    "",
    `[${words(10)}](look-up.md) · [${words(10)}](sweep.md) · [${words(20)}](heal.md)`,
  );

  expect(result).toEqual({ exitCode: 0, problems: [""] });
});
