import { expect, test } from "@jest/globals";
import { cpuMsOfChildren, memoryBytes } from "../../bench/processes.mts";
import { type Measurement, resultsText, wallRatio } from "../../bench/results.mts";
import { resultsWith } from "./results";

/** A round of measurements: the wall times with the plugin, and with all others. */
const measured = (round: number, plugin: number, others: number): Measurement[] =>
  resultsWith().measurements.map((each) => ({
    ...each,
    round,
    wallMs: each.peer === "plugin" ? plugin : others,
  }));

test("the ratio of wall times is the median of the ratios within each round", () => {
  // The ratios are 10 and 0.5.
  const results = { ...resultsWith(), measurements: [...measured(1, 100, 10), ...measured(2, 10, 20)] };
  const selection = { command: "up", save: "each step" } as const;
  expect(wallRatio(results, { ...selection, peer: "plugin" }, { ...selection, peer: "nothing" })).toBeCloseTo(
    5.25,
  );
});

test("writes results as JSON, with one line for each measurement", () => {
  const results = resultsWith();
  const text = resultsText(results);
  expect(JSON.parse(text)).toEqual(results);
  expect(text.split("\n").filter((line) => line.includes('"peer"'))).toHaveLength(
    results.measurements.length + results.driftChecks.length,
  );
});

test("memory does not include files, and is 0 after the end of a process", () => {
  const status =
    "Name:\tnode\nVmRSS:\t  9000 kB\nRssAnon:\t  5120 kB\nRssFile:\t  3870 kB\nRssShmem:\t  10 kB\n";
  expect(memoryBytes(status)).toBe(5_130 * 1_024);
  expect(memoryBytes(undefined)).toBe(0);
});

test("processor time is the user and system time of exited children, also if the command's name has parentheses", () => {
  // The children's 15 and 27 ticks of 10 ms.
  const stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 9 9 0 0 700 800 15 27 20 0 7 0 100 1 1";
  expect(cpuMsOfChildren(stat)).toBe(420);
});
