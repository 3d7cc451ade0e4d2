// Reads the reports of the checks. Each stack has a directory with `stack` (its name), `total` (the number of checks in the run), and
// the reports that the check could write.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const driftCodes = [7, 17];
const failureCodes = [1, 17];

/**
 * The combined result of all checks. If `failed` is true, something could not be checked, so `drift: false` does not mean that there is none.
 *
 * @param {string} directory
 */
export function readChecks(directory) {
  const entries = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  const checks = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCheck(join(directory, name)))
    .sort((a, b) => (a.stack < b.stack ? -1 : 1));
  const withoutReport = Math.max(1, ...checks.map(({ total }) => total)) - checks.length;
  const reports = checks.flatMap(({ report }) => report ?? []);
  const sum = (name) => reports.reduce((total, { summary }) => total + (summary[name] ?? 0), 0);
  return {
    checks,
    withoutReport,
    drift: reports.some(({ exitCode }) => driftCodes.includes(exitCode)),
    failed:
      withoutReport > 0 ||
      checks.some(({ report }) => report === undefined || failureCodes.includes(report.exitCode)),
    /** Integrations with findings, unmanaged integrations and failed stacks that the last check did not have: 0 without its report. */
    new: sum("new") + sum("newUnmanaged") + sum("newFailures"),
    /** Whether the last check had all findings. */
    isKnown: reports.every(({ summary }) => summary.new === 0),
    /** Whether the checks have read everything that differed before. */
    isCompared: reports.length > 0 && reports.every(({ baseline, unknown }) => baseline && !unknown),
    drifted: sum("drifted"),
    missing: sum("missing"),
    /** Integrations whose drift somebody has accepted until a day. They are neither drift nor resolved. */
    accepted: sum("accepted"),
    /** Integrations that no program manages: 0 if the checks did not look for them. They are not drift. */
    unmanaged: sum("unmanaged"),
    merchants: reports.flatMap(({ stacks }) => stacks).flatMap(({ merchants }) => merchants),
  };
}

/** @typedef {ReturnType<typeof readChecks>} Checks */

function readCheck(directory) {
  const text = (name) =>
    existsSync(join(directory, name)) ? readFileSync(join(directory, name), "utf8") : undefined;
  return {
    stack: text("stack")?.trim() || "?",
    total: Number(text("total")) || 1,
    report: parsed(text("drift.json")),
    markdown: text("drift.md"),
    preview: text("preview.txt"),
    deleteLimit: text("delete-limit")?.trim(),
    onDelete: text("on-delete")?.trim(),
  };
}

/** The report, or undefined if it is missing or incomplete, for example because the disk was full. */
function parsed(json) {
  try {
    const report = JSON.parse(json ?? "");
    return report.version === 1 ? report : undefined;
  } catch {
    return undefined;
  }
}
