// Markdown that the issue and the comment share.

/**
 * A short summary of the results, such as "2 integrations differ, 1 is missing, 3 are unmanaged".
 *
 * @param {import("./reports.mjs").Checks} checks
 */
export function summarize({ drifted, missing, unmanaged }) {
  const counts = [
    [drifted, "differs", "differ"],
    [missing, "is missing", "are missing"],
    [unmanaged, "is unmanaged", "are unmanaged"],
  ].filter(([count]) => count > 0);
  const parts = counts.map(([count, one, several], index) => {
    const noun = index > 0 ? "" : count === 1 ? " integration" : " integrations";
    return `${count}${noun} ${count === 1 ? one : several}`;
  });
  return parts.join(", ") || "0 integrations differ";
}

/**
 * The reports of all checks. Omits whole reports that would exceed the length, and counts them.
 *
 * @param {import("./reports.mjs").Checks} checks
 * @param {number} maxLength in characters
 * @param {(check: { preview: string | undefined }, maxLength: number) => string} details text to add after the report of a stack
 */
export function joinReports({ checks, withoutReport }, maxLength, details = () => "") {
  const kept = [];
  let left = maxLength - 400;
  let omitted = 0;
  for (const check of checks) {
    const report =
      check.markdown ??
      `The check of stack \`${safeName(check.stack)}\` failed before it could write a report. See the run's log.\n`;
    if (report.length > left) {
      omitted++;
      continue;
    }
    const added = details(check, left - report.length);
    left -= report.length + added.length + 2;
    kept.push(`${report.trim()}\n${added}`);
  }
  if (withoutReport > 0) {
    const number = withoutReport === 1 ? "One check" : `${withoutReport} checks`;
    kept.push(`${number} wrote no report at all. See the run's log.\n`);
  }
  if (omitted > 0) {
    kept.push(`Omitted because of their length: ${omitted} more. The run's artifacts have all reports.\n`);
  }
  return kept.join("\n");
}

/**
 * Text in a collapsed section, truncated to the length. Empty if there is no space for it.
 *
 * @param {string} title
 * @param {string} text
 * @param {number} maxLength in characters
 */
export function collapsed(title, text, maxLength) {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = maxLength - title.length - 2 * fence.length - 150;
  if (space < 200) return "";
  const shown = text.length > space ? `${text.slice(0, space)}\n… (truncated; see the run's log)` : text;
  return `\n<details><summary>${title}</summary>\n\n${fence}text\n${shown.trimEnd()}\n${fence}\n\n</details>\n`;
}

/** Names of stacks without characters that have a meaning in Markdown or HTML. */
export const safeName = (name) => name.replace(/[^\w./ -]/g, "?");
