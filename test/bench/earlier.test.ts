import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { earlierResults } from "../../bench/earlier.mts";
import { writeResults } from "../../bench/results-file.mts";
import { fullResults } from "./helpers/results";

const full = fullResults();
const code = full.passes[0]?.code as string;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-earlier-"));
  file = join(folder, "results.json");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("what the same machine measured of the same code is gone on with", () => {
  writeResults(file, full);
  expect(earlierResults(file, full.machine, code)).toEqual(full);
});

test("there may be none", () => {
  expect(earlierResults(file, full.machine, code)).toBeUndefined();
});

test("another machine's is refused", () => {
  writeResults(file, full);
  expect(() => earlierResults(file, { ...full.machine, cores: 64 }, code)).toThrow(
    /results\.json was measured on another machine or with other versions: begin anew, without --resume/,
  );
});

test("what was measured of other code is refused, and both are named", () => {
  writeResults(file, full);
  expect(() => earlierResults(file, full.machine, "fedcba987654")).toThrow(
    /was measured of other code \(0123456789ab, and this is fedcba987654\): begin anew/,
  );
});
