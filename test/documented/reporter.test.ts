import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import DocumentedTraffic, { filesOfUnitTests } from "./reporter.mts";

const rootDir = resolve(__dirname, "../..");
const everyFile = filesOfUnitTests(rootDir);

const documented = [
  { name: "list page_size 250 accepted", source: "5.23.0" },
  { name: "delete 5xx", source: "5.23.0" },
  { name: "create 409 code 4182", source: "5.23.0" },
  { name: "429 of ads_read_app_id_user_id", source: "rate-limit guide" },
];

const savedDirectory = process.env.TEST_TRAFFIC;
let directory: string;
let printed: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "documented-traffic-"));
  mkdirSync(join(directory, "observed"));
  writeFileSync(join(directory, "documented.json"), JSON.stringify(documented));
  process.env.TEST_TRAFFIC = directory;
  printed = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
  if (savedDirectory === undefined) delete process.env.TEST_TRAFFIC;
  else process.env.TEST_TRAFFIC = savedDirectory;
});

function record(client: string, ...names: string[]): void {
  writeFileSync(join(directory, "observed", `${client}-1-a.txt`), names.map((name) => `${name}\n`).join(""));
}

/** The reporter's error after a run in which these files passed. */
function errorOf(
  files: readonly string[],
  { numFailedTestSuites = 0, testNamePattern = "", wasInterrupted = false } = {},
) {
  const reporter = new DocumentedTraffic({ rootDir, testNamePattern });
  const testResults = files.map((testFilePath) => ({ testFilePath }));
  reporter.onRunComplete(undefined, { numFailedTestSuites, wasInterrupted, testResults });
  return reporter.getLastError()?.message;
}

const answers = ["delete 5xx", "create 409 code 4182", "429 of ads_read_app_id_user_id"];

test("passes a complete run that covers all behaviors, and prints their number", () => {
  record("pulumi-pinterest", ...answers);
  record("node", "list page_size 250 accepted", "delete 204");
  expect(errorOf(everyFile)).toBeUndefined();
  expect(printed).toContain(
    "The tests cover all 4 documented behaviors of Pinterest (3 are answers to the provider).",
  );
});

test("fails a complete run that does not cover a behavior, and names it", () => {
  record("pulumi-pinterest", "delete 5xx", "429 of ads_read_app_id_user_id");
  record("node", ...answers);
  const error = errorOf(everyFile);
  expect(error).toContain("The tests do not cover 2 of 4 documented behaviors");
  expect(error).toContain("  list page_size 250 accepted (5.23.0)\n");
  // Answers that only other clients received do not count.
  expect(error).toContain("  create 409 code 4182, by the provider (5.23.0)\n");
  expect(printed).toContain("create 409 code 4182");
});

test("ignores partial runs, failed runs, and runs without records", () => {
  expect(errorOf(everyFile.slice(1))).toBeUndefined();
  expect(errorOf(everyFile, { testNamePattern: "a create" })).toBeUndefined();
  expect(errorOf(everyFile, { numFailedTestSuites: 1 })).toBeUndefined();
  expect(errorOf(everyFile, { wasInterrupted: true })).toBeUndefined();
  delete process.env.TEST_TRAFFIC;
  expect(errorOf(everyFile)).toBeUndefined();
  expect(printed).toBe("");
});
