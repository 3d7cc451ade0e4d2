import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import DocumentedTraffic, { filesOfUnitTests } from "./reporter.mts";

const rootDir = resolve(__dirname, "../..");
const everyFile = filesOfUnitTests(rootDir);

const documented = [
  { cell: "list page_size 250 taken", source: "5.23.0" },
  { cell: "delete 5xx", source: "5.23.0" },
  { cell: "create 409 code 4182", source: "5.23.0" },
  { cell: "429 of ads_read_app_id_user_id", source: "rate-limit guide" },
];

const before = process.env.TEST_TRAFFIC;
let directory: string;
let printed: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "documented-traffic-"));
  mkdirSync(join(directory, "seen"));
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
  if (before === undefined) delete process.env.TEST_TRAFFIC;
  else process.env.TEST_TRAFFIC = before;
});

function seen(client: string, ...cells: string[]): void {
  writeFileSync(join(directory, "seen", `${client}-1-a.txt`), cells.map((cell) => `${cell}\n`).join(""));
}

/** The error with which a run ends, in which these files passed. */
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

test("passes a whole run that has met everything, and prints how much that is", () => {
  seen("pulumi-pinterest", ...answers);
  seen("node", "list page_size 250 taken", "delete 204");
  expect(errorOf(everyFile)).toBeUndefined();
  expect(printed).toContain("Of 4 things that Pinterest documents (3 answers to the provider,");
});

test("fails a whole run that has not met something, and names it", () => {
  seen("pulumi-pinterest", "delete 5xx", "429 of ads_read_app_id_user_id");
  seen("node", ...answers);
  const error = errorOf(everyFile);
  expect(error).toContain("have not met 2:");
  expect(error).toContain("  list page_size 250 taken (5.23.0)\n");
  // An answer that only another client than the provider's has met does not count.
  expect(error).toContain("  create 409 code 4182, by the provider (5.23.0)\n");
  expect(printed).toContain("create 409 code 4182");
});

test("ignores a run of some tests, one that failed, and one without observations", () => {
  expect(errorOf(everyFile.slice(1))).toBeUndefined();
  expect(errorOf(everyFile, { testNamePattern: "a create" })).toBeUndefined();
  expect(errorOf(everyFile, { numFailedTestSuites: 1 })).toBeUndefined();
  expect(errorOf(everyFile, { wasInterrupted: true })).toBeUndefined();
  delete process.env.TEST_TRAFFIC;
  expect(errorOf(everyFile)).toBeUndefined();
  expect(printed).toBe("");
});
