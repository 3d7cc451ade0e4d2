// Plants known bugs, one at a time, in a copy of the repository, and checks that the test of each
// bug fails with the bug, and passes without it.
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
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const part = process.argv[2] ?? "";
const bugs = plantedBugs.filter(({ name }) => name.includes(part));
if (bugs.length === 0) throw new Error(`No planted bug has '${part}' in its name.`);
const copy = mkdtempSync(join(tmpdir(), "pulumi-pinterest-bugs-"));
try {
  cpSync(repository, copy, {
    recursive: true,
    filter: (source) => ![...linked, ".git"].some((name) => source === join(repository, name)),
  });
  for (const name of linked) symlinkSync(join(repository, name), join(copy, name));
  const failed = firstFailure(...new Set(bugs.map(({ test }) => test)));
  if (failed !== undefined) throw new Error(`A test fails without a bug: ${failed}`);
  const missed = bugs.filter((bug) => !isCaught(bug));
  console.log(`\n${bugs.length - missed.length} of ${bugs.length} planted bugs caught`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function isCaught({ name, file, from, to, test }: PlantedBug): boolean {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  const failed = firstFailure(test);
  writeFileSync(path, text);
  console.log(`${failed === undefined ? "MISSED" : "caught"}  ${name}\n        ${failed ?? test}`);
  return failed !== undefined;
}

/** Runs test files until a test fails. @returns its name */
function firstFailure(...tests: readonly string[]): string | undefined {
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [
      jest,
      "--selectProjects=unit",
      "--bail=1",
      "--json",
      `--outputFile=${report}`,
      "--runTestsByPath",
      ...tests,
    ],
    {
      cwd: copy,
      encoding: "utf8",
      env: { ...process.env, MODEL_SHRINK: "no", NO_COLOR: "1" },
    },
  );
  let read: Report;
  try {
    read = JSON.parse(readFileSync(report, "utf8")) as Report;
  } catch {
    throw new Error(`Jest wrote no report:\n${stderr}`);
  }
  for (const { name, message, assertionResults } of read.testResults) {
    // A file that cannot be loaded has a message and no tests. Then the planted text is invalid, and no bug is caught.
    if (message !== "" && assertionResults.length === 0)
      throw new Error(`${name} cannot be loaded:\n${message}`);
    const failed = assertionResults.find(({ status }) => status === "failed");
    if (failed !== undefined) return failed.fullName;
  }
  return undefined;
}
