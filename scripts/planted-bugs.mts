// Plants known bugs, one at a time, in a copy of the sources, and shows that the model test notices each.
// A name, or a part of one, as an argument plants those alone.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type PlantedBug, plantedBugs } from "./planted-bugs-list.mts";

const repository = resolve(import.meta.dirname, "..");
const runs = process.env.MODEL_RUNS ?? "1500";
const seed = process.env.MODEL_SEED ?? "1";
const copied = ["provider", "emulator", "test/model", "package.json"];

interface Verdict {
  readonly caught: boolean;
  readonly passed: boolean;
  /** Why the test failed, or why the bug could not be judged. */
  readonly why: string;
  readonly sequences: string;
}

const copy = mkdtempSync(join(tmpdir(), "pulumi-pinterest-bugs-"));
try {
  for (const path of copied) cpSync(join(repository, path), join(copy, path), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  // How the repository compiles its unit tests, and nothing else of its configuration.
  const own = JSON.stringify(join(repository, "jest.config.js"));
  writeFileSync(
    join(copy, "jest.config.js"),
    `const { projects: [unit] } = require(${own});\nmodule.exports = { transform: unit.transform };\n`,
  );
  process.exitCode = judgeAll() ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function judgeAll(): boolean {
  const wanted = process.argv[2] ?? "";
  const bugs = plantedBugs.filter(({ name }) => name.includes(wanted));
  if (bugs.length === 0) {
    console.log(`No planted bug has '${wanted}' in its name.`);
    return false;
  }
  const sound = runModel();
  if (!sound.passed) {
    console.log(`The model test fails without any bug: ${sound.why}`);
    return false;
  }
  const verdicts = bugs.map((bug) => {
    const verdict = judge(bug);
    console.log(`${verdict.caught ? "caught " : "MISSED "} ${bug.name}`);
    console.log(`          ${verdict.why}${verdict.caught ? `, in sequence ${verdict.sequences}` : ""}`);
    return verdict.caught;
  });
  const caught = verdicts.filter(Boolean).length;
  console.log(
    `\n${caught} of ${verdicts.length} planted bugs caught (seed ${seed}, at most ${runs} sequences each)`,
  );
  return caught === verdicts.length;
}

function judge({ file, from, to }: PlantedBug): Verdict {
  const path = join(copy, file);
  const sound = readFileSync(path, "utf8");
  if (sound.split(from).length !== 2) {
    const why = `${file} no longer holds this text exactly once: ${JSON.stringify(from)}`;
    return { caught: false, passed: false, why, sequences: "" };
  }
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  try {
    return runModel();
  } finally {
    writeFileSync(path, sound);
  }
}

function runModel(): Verdict {
  const jest = join(repository, "node_modules/jest/bin/jest.js");
  const { stdout, stderr } = spawnSync(process.execPath, [jest, "test/model"], {
    cwd: copy,
    env: { ...process.env, MODEL_RUNS: runs, MODEL_SEED: seed, MODEL_SHRINK: "no", NO_COLOR: "1" },
    encoding: "utf8",
    timeout: 300_000,
  });
  const output = stdout + stderr;
  const [, sequences = "?"] = /Property failed after (\d+) tests/.exec(output) ?? [];
  // A promise that was not kept, not just any failure: code that does not run proves nothing.
  const [, promise] = /Cause:\s+Violation of (.+)/.exec(output) ?? [];
  if (promise !== undefined) return { caught: true, passed: false, why: promise, sequences };
  const passed = /Tests: +1 passed/.test(output);
  const why = passed ? "the model test passes" : `the model test does not run: ${output.slice(0, 500)}`;
  return { caught: false, passed, why, sequences };
}
