// Reads what the checks left: a folder for each stack, with `stack` (its name), `of` (how many checks the run has), and the command's
// reports, as far as the check came.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const driftCodes = [7, 10];
const failureCodes = [1, 10];

/**
 * What all checks together say. `failed` is true where anything could not be looked at; then that nothing drifted is not known.
 *
 * @param {string} directory
 */
export function readChecks(directory) {
  const folders = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  const checks = folders
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCheck(join(directory, name)))
    .sort((a, b) => (a.stack < b.stack ? -1 : 1));
  const missing = Math.max(1, ...checks.map(({ of }) => of)) - checks.length;
  const reports = checks.flatMap(({ report }) => report ?? []);
  const sum = (name) => reports.reduce((total, { summary }) => total + (summary[name] ?? 0), 0);
  return {
    checks,
    missing,
    drift: reports.some(({ exitCode }) => driftCodes.includes(exitCode)),
    failed:
      missing > 0 ||
      checks.some(({ report }) => report === undefined || failureCodes.includes(report.exitCode)),
    drifted: sum("drifted"),
    gone: sum("gone"),
    pending: sum("pending"),
  };
}

/** @typedef {ReturnType<typeof readChecks>} Checks */

function readCheck(folder) {
  const text = (name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined;
  return {
    stack: text("stack")?.trim() || "?",
    of: Number(text("of")) || 1,
    report: parsed(text("drift.json")),
    markdown: text("drift.md"),
    preview: text("preview.txt"),
  };
}

// A report that was cut short, such as by a full disk, is none.
function parsed(json) {
  try {
    const report = JSON.parse(json ?? "");
    return report.version === 1 ? report : undefined;
  } catch {
    return undefined;
  }
}
