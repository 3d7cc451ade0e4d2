// Words and Markdown that the issue and the comment share.

/**
 * What drifted, in a few words.
 *
 * @param {import("./reports.mjs").Checks} checks
 */
export function inFewWords({ drifted, gone }) {
  const integrations = (count) => (count === 1 ? "1 integration" : `${count} integrations`);
  const differs = `${integrations(drifted)} ${drifted === 1 ? "differs" : "differ"}`;
  if (gone === 0) return differs;
  const missing = gone === 1 ? "is gone" : "are gone";
  return drifted === 0 ? `${integrations(gone)} ${missing}` : `${differs}, ${gone} ${missing}`;
}

/**
 * The reports of all checks, at most so many characters: whole ones, as many as there is room for.
 *
 * @param {import("./reports.mjs").Checks} checks
 * @param {number} room
 * @param {(check: { preview: string | undefined }, room: number) => string} more what follows a stack's report
 */
export function reportsOf({ checks, missing }, room, more = () => "") {
  const kept = [];
  let left = room - 400;
  const leftOut = [];
  for (const check of checks) {
    const report =
      check.markdown ??
      `The check of stack \`${plain(check.stack)}\` failed before it could report. The run's log says why.\n`;
    if (report.length > left) {
      leftOut.push(check.stack);
      continue;
    }
    const rest = more(check, left - report.length);
    left -= report.length + rest.length + 2;
    kept.push(`${report.trim()}\n${rest}`);
  }
  if (missing > 0) {
    kept.push(
      `${missing === 1 ? "One check" : `${missing} checks`} left nothing at all. The run's log says why.\n`,
    );
  }
  if (leftOut.length > 0) {
    kept.push(`Too long to be shown here: ${leftOut.length} more. The run's files have all reports.\n`);
  }
  return kept.join("\n");
}

/**
 * A text as it is, folded, at most so many characters.
 *
 * @param {string} title
 * @param {string} text
 * @param {number} room
 */
export function folded(title, text, room) {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = room - title.length - 2 * fence.length - 150;
  if (space < 200) return "";
  const shown = text.length > space ? `${text.slice(0, space)}\n… (the run's log has the rest)` : text;
  return `\n<details><summary>${title}</summary>\n\n${fence}text\n${shown.trimEnd()}\n${fence}\n\n</details>\n`;
}

/** @param {string} name */
export const plain = (name) => name.replace(/[^\w./-]/g, "?");
