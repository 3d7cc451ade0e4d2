// Plants known bugs, one at a time, in a copy of the repository, and checks that a unit or protocol test fails on each. The model test runs
// first, then the tests of the lifecycle and of the API client, then all unit and protocol tests that import the changed file.
// To plant only some bugs, pass a part of their names as an argument.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type PlantedBug, plantedBugs } from "./planted-bugs-list.mts";

const repository = resolve(import.meta.dirname, "..");
const linked = ["node_modules", "dist"];
const jest = join(repository, "node_modules/jest/bin/jest.js");

/** The parts of Jest's report (`--json`) that this script reads. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Whether test files pass without a bug. */
const passing = new Map<string, boolean>();
const copy = mkdtempSync(join(tmpdir(), "pulumi-pinterest-bugs-"));
try {
  cpSync(repository, copy, {
    recursive: true,
    filter: (source) => ![...linked, ".git"].some((name) => source === join(repository, name)),
  });
  for (const name of linked) symlinkSync(join(repository, name), join(copy, name));
  process.exitCode = tryAll() ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function tryAll(): boolean {
  const part = process.argv[2] ?? "";
  const bugs = plantedBugs.filter(({ name }) => name.includes(part));
  if (bugs.length === 0) {
    console.log(`No planted bug has '${part}' in its name.`);
    return false;
  }
  const caught = bugs.filter((bug) => {
    const { isCaught, reason } = tryBug(bug);
    console.log(`${isCaught ? "caught" : "MISSED"}  ${bug.name}\n        ${reason}`);
    return isCaught;
  });
  console.log(`\n${caught.length} of ${bugs.length} planted bugs caught by unit or protocol tests`);
  return caught.length === bugs.length;
}

interface Result {
  readonly isCaught: boolean;
  /** The test that failed first, or why no test shows the bug. */
  readonly reason: string;
}

function tryBug({ file, from, to }: PlantedBug): Result {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (text.split(from).length !== 2) {
    return {
      isCaught: false,
      reason: `${file} does not contain this text exactly once: ${JSON.stringify(from)}`,
    };
  }
  const planted = text.replace(from, () => to);
  try {
    writeFileSync(path, planted);
    const failed = firstFailure(selections(file));
    writeFileSync(path, text);
    if (failed === undefined) return { isCaught: false, reason: "every test passes" };
    return passesWithoutBug(failed.file)
      ? { isCaught: true, reason: `${failed.file}: ${failed.test}` }
      : { isCaught: false, reason: `${failed.file} fails without the bug` };
  } finally {
    writeFileSync(path, text);
  }
}

/** Selections of unit and protocol tests, the fastest to fail first: the model, the directories of most bugs, all tests that import the file. */
function selections(file: string): string[][] {
  return [["test/model/model"], ["test/lifecycle/", "test/api/"], ["--findRelatedTests", file]];
}

/** Whether the tests of a file pass without a bug. If not, their failure with a bug shows nothing. */
function passesWithoutBug(file: string): boolean {
  const passes = passing.get(file) ?? failedTests(["--runTestsByPath", file]).length === 0;
  passing.set(file, passes);
  return passes;
}

interface FailedTest {
  readonly file: string;
  readonly test: string;
}

function firstFailure(selections: readonly string[][]): FailedTest | undefined {
  for (const selection of selections) {
    const [first] = failedTests(selection);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Runs some of the unit and protocol tests until one fails. */
function failedTests(selection: readonly string[]): FailedTest[] {
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [jest, "--selectProjects=unit", "--bail=1", "--json", `--outputFile=${report}`, ...selection],
    { cwd: copy, encoding: "utf8", env: { ...process.env, MODEL_SHRINK: "no", NO_COLOR: "1" } },
  );
  let read: Report;
  try {
    read = JSON.parse(readFileSync(report, "utf8")) as Report;
  } catch {
    throw new Error(`Jest wrote no report:\n${stderr}`);
  }
  // A file that cannot be loaded has a message and no tests. Then the planted text is invalid, and no bug is caught.
  const broken = read.testResults.find(
    ({ message, assertionResults }) => message !== "" && assertionResults.length === 0,
  );
  if (broken !== undefined) throw new Error(`${broken.name} cannot be loaded:\n${broken.message}`);
  return read.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName }) => ({ file: name.replace(`${copy}/`, ""), test: fullName })),
  );
}
