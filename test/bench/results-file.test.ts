import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Results } from "../../bench/results.mts";
import { keepBefore, readResults, writeResults } from "../../bench/results-file.mts";

const results = { version: 4, passes: [], sweeps: [] } as unknown as Results;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-results-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("what was written is read again, and no half of it stays beside", () => {
  const file = join(folder, "results.json");
  writeResults(file, results);
  expect(readResults(file)).toEqual(results);
  expect(readdirSync(folder)).toEqual(["results.json"]);
});

test("there may be none yet", () => {
  expect(readResults(join(folder, "results.json"))).toBeUndefined();
});

test("what was there before other results stays beside them", () => {
  const file = join(folder, "results.json");
  keepBefore(file);
  writeResults(file, results);
  keepBefore(file);
  expect(readdirSync(folder)).toEqual(["results.before.json"]);
  expect(readResults(join(folder, "results.before.json"))).toEqual(results);
});

test("another form is refused, and the file stays", () => {
  const file = join(folder, "results.json");
  writeFileSync(file, JSON.stringify({ version: 1 }));
  expect(() => readResults(file)).toThrow(/of form 1, and this program writes form 4: measure anew/);
  expect(readdirSync(folder)).toEqual(["results.json"]);
});
