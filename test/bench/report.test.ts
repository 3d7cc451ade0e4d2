import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { resultsTable, targetsText, withResults, withTargets } from "../../bench/report.mts";
import type { Measurement, Results } from "../../bench/results.mts";
import { quickFailures, verdicts } from "../../bench/targets.mts";
import { resultsWith } from "./results";

const repository = resolve(__dirname, "../..");
const namesOfMissed = (results: Results) =>
  verdicts(results)
    .filter(({ met }) => !met)
    .map(({ name }) => name);
const missedTargets = (...args: Parameters<typeof resultsWith>) =>
  verdicts(resultsWith(...args)).filter(({ met }) => !met);
const isUp = ({ command, save }: Measurement) => command === "up" && save === "each step";

/** The other cells of each row, by the text of its second column. */
function rowsOf(table: string): Map<string, string[]> {
  const rows = table.split("\n").map((line) => line.slice(2, -2).split(" | "));
  return new Map(rows.map(([, name = "", ...cells]) => [name, cells]));
}

test("the table shows times with their ratio to the plugin that does nothing", () => {
  const rows = rowsOf(
    resultsTable(resultsWith((one) => (isUp(one) && one.peer === "dynamic" ? { wallMs: 25_000 } : {}))),
  );
  expect(rows.get("`up`")).toEqual([
    "20.0 s (1.00×)",
    "20.0 s (1.00×)",
    "25.0 s (1.25×)",
    "20.0 s (1.00×)",
    "20.0 s",
  ]);
  expect(rows.get("`up`, state saved once")?.[2]).toBe("1.00 s (1.00×)");
});

describe("targets", () => {
  test("allow the plugin 1.15 and the dynamic provider 1.3 times the plugin that does nothing", () => {
    const slower = (factor: number) => (one: Measurement) =>
      isUp(one) && one.peer !== "nothing" ? { wallMs: one.wallMs * factor } : {};
    expect(missedTargets(slower(1.14))).toEqual([]);
    expect(missedTargets(slower(1.16)).map(({ name }) => name)).toEqual([
      "wall time of `up` of 1,000 integrations, plugin, compared with the plugin that does nothing and default settings",
    ]);
    expect(missedTargets(slower(1.31)).map(({ name }) => name)).toEqual([
      "wall time of `up` of 1,000 integrations, dynamic provider, compared with the plugin that does nothing and default settings",
      "wall time of `up` of 1,000 integrations, plugin, compared with the plugin that does nothing and default settings",
    ]);
    // With 10 integrations, most of the time is for starting processes.
    expect(missedTargets(slower(2), [10])).toEqual([]);
  });

  test("include the number of requests, the size of state, and drift checks", () => {
    const more = (one: Measurement) =>
      one.peer === "plugin" && one.command === "preview" && one.save === "once" ? { requests: 1 } : {};
    expect(missedTargets(more)).toMatchObject([{ measured: 1, limit: 0, unit: "requests" }]);
    const larger = (one: Measurement) => (one.peer === "dynamic" ? { stateBytes: 1_600 } : {});
    expect(missedTargets(larger)).toMatchObject([{ measured: 1_600, unit: "bytes" }]);
    const results = resultsWith();
    const driftChecks = results.driftChecks.map((check) => ({ ...check, wallMs: 61_000, requests: 3_001 }));
    expect(namesOfMissed({ ...results, driftChecks })).toEqual([
      "requests of a drift check of 3,000 merchants, plugin",
      "wall time of a drift check of 3,000 merchants, plugin",
    ]);
    expect(namesOfMissed({ ...results, importMs: 51 })).toEqual([
      "import of the package after `@pulumi/pulumi`",
    ]);
  });

  test("are counted, and a table has each missed one with its cause", () => {
    const slow = verdicts(
      resultsWith((one) => (isUp(one) && one.peer === "dynamic" ? { wallMs: 30_000 } : {})),
    );
    const [count, table = "", causes] = targetsText(slow).split("\n\n");
    expect(count).toBe(`- **Targets**: ${slow.length - 1} of ${slow.length} met.`);
    expect(table.split("\n")).toHaveLength(3);
    expect(table).toMatch(/\| 1\.50× \| at most 1\.30× \| 1 \|$/);
    expect(causes).toMatch(/^1\. Pulumi's SDK .*\.$/);
  });
});

test("a quick run fails on requests, and not on wall time", () => {
  const results = resultsWith(({ peer }) => (peer === "plugin" ? { requests: 7 } : {}), [10]);
  const driftChecks = results.driftChecks.map((check) => ({ ...check, wallMs: 61_000 }));
  const failures = quickFailures({ ...results, driftChecks });
  const expected = ["state saved each step", "state saved once"].flatMap((save) => [
    `requests of \`up\` of 10 integrations, plugin, ${save}: 7, target exactly 20`,
    `requests of \`preview\` of 10 integrations, plugin, ${save}: 7, target exactly 0`,
    `requests of \`preview --refresh\` of 10 integrations, plugin, ${save}: 7, target exactly 10`,
    `requests of \`destroy\` of 10 integrations, plugin, ${save}: 7, target exactly 10`,
  ]);
  expect(failures).toEqual(expected);
});

test("the published pages show the published results and targets", () => {
  const read = (path: string) => readFileSync(join(repository, path), "utf8");
  const results = JSON.parse(read("bench/results.json"));
  const [page, readme] = ["docs/performance.md", "bench/README.md"].map(read) as [string, string];
  expect(withResults(page, results)).toBe(page);
  expect(withTargets(readme, results)).toBe(readme);
});
