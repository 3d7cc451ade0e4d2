import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Command } from "commander";
import { parse } from "yaml";
import { commands } from "../../cli/command-line";
import { driftReport } from "../../stack/report";
import { exitCodes } from "../expected/reports";

const repository = resolve(__dirname, "../..");
const skill = readFileSync(join(repository, "SKILL.md"), "utf8");
const [, frontMatter = "", body = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(skill) ?? [];

test("has the front matter of the Agent Skills format, and at most 5,000 bytes", () => {
  const { name, description, ...others } = parse(frontMatter);
  // The name must be that of the directory, here in node_modules.
  expect(name).toBe(JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).name);
  expect(description.length).toBeGreaterThan(50);
  expect(description.length).toBeLessThanOrEqual(1_024);
  expect(others).toEqual({});
  expect(Buffer.byteLength(skill)).toBeLessThanOrEqual(5_000);
});

test("its JSON example is a drift report, with the exit code of its summary", () => {
  const [, json = ""] = /```json\n(.*?)```/s.exec(body) ?? [];
  const report = driftReport.parse(JSON.parse(json));
  expect(report.groups[0]?.merchants).toHaveLength(report.summary.drifted);
  expect(report.exitCode).toBe(exitCodes.drift);
});

const all = commands.map((create) => create(() => async () => {}));

/** The command that the first words name, and the other words. */
function commandOf(words: readonly string[]): [command: Command | undefined, rest: readonly string[]] {
  const [name, child] = words;
  const command = all.find((one) => one.name() === name);
  const subcommand = command?.commands.find((one) => one.name() === child);
  return subcommand === undefined ? [command, words.slice(1)] : [subcommand, words.slice(2)];
}

/** The commands in code, without `npx pulumi-pinterest`. An option alone is one of `drift`. */
const inCode = [...body.matchAll(/^npx (.*)$|(?<!`)`([^`\n]+)`(?!`)/gm)]
  .map(([, line, span = ""]) => (line ?? span).replace(/^(npx )?pulumi-pinterest /, ""))
  .map((text) => (text.startsWith("--") ? `drift ${text}` : text));
const named = [...new Set(inCode)].filter((text) => commandOf(text.split(" "))[0] !== undefined);

describe("names a command that exists, with its options", () => {
  test.each(named)("%s", (text) => {
    const [command, rest] = commandOf(text.split(" "));
    const isGroup = (command?.commands.length ?? 0) > 0;
    expect(isGroup).toBe(false);
    const known = command?.options.map(({ long }) => long);
    for (const option of rest.filter((word) => word.startsWith("--"))) expect(known).toContain(option);
  });
});
