import { firstOf } from "../../provider/base/message-text";
import { shorten, visible, visibleLines } from "../../provider/base/visible";
import { figure } from "../../provider/base/words";
import type { DriftReport } from "../../stack/report";
import {
  type Cell,
  groupInWords,
  type Item,
  labelOf,
  nameWithStack,
  shownTime,
  shownValues,
} from "../tables/table";
import { short } from "../tables/table-lines";
import { type Section, styleOf } from "./section";
import { countOf, sectionsOf } from "./sections";
import { countsSummary, exitCodeMeaning, notesOf, ofPrograms, type Source } from "./wording";

/** The line with which a workflow finds its issue or comment. */
const markdownMarker = "<!-- pulumi-pinterest drift -->";

/** Number of bytes of the longest report. GitHub accepts 65,536 characters for an issue or comment; the rest is for the workflow. */
const sizeAtMost = 60_000;
/** Number of bytes for the note about omitted rows. */
const noteAtMost = 1_000;
/** Number of characters of a name or value that are shown. */
const shownAtMost = 80;
/** Number of characters of a reason, advice or error that are shown. */
const proseAtMost = 1_500;
const namedAtMost = 20;

/** The report for a job summary, an issue or a pull request, in the Markdown of GitHub and GitLab; at most 60,000 bytes. */
export function renderMarkdown(report: DriftReport, source: Source = ofPrograms()): string {
  const stacks = report.stacks.map(({ project, stack }) => shortCode(`${project}/${stack}`));
  const head = [
    markdownMarker,
    "## Pinterest drift",
    `**${countsSummary(report)}.**`,
    `${stacks.length === 1 ? "Stack" : "Stacks"} ${firstOf(stacks, namedAtMost)}, checked at ${shownTime(report.generatedAt)}. ` +
      `Exit code ${report.exitCode}: ${prose(exitCodeMeaning(report, source))}.`,
    ...notesOf(report, source).map((note) => prose(note)),
  ].join("\n\n");
  const sections = sectionsOf(report, source).filter(({ kind }) => kind !== "in-sync");
  const { text, omitted } = within(sizeAtMost - noteAtMost - Buffer.byteLength(head), sections);
  const note =
    omitted.length === 0
      ? ""
      : `\n\n**Omitted, because the report is too long:** ${omitted.join(", ")}. The options \`--html FILE\` and \`--json FILE\` of ${source.checkCommand} write everything.`;
  return `${head}${text}${note}\n`;
}

/** The sections within a number of bytes (UTF-8), and the number of omitted rows of each. Earlier sections have priority. */
function within(limit: number, sections: readonly Section[]): { text: string; omitted: string[] } {
  let text = "";
  const omitted: string[] = [];
  for (const section of sections) {
    const [begin, end] = [beginOf(section), endOf(section)];
    const total = section.items.reduce((sum, { rows }) => sum + rows.length, 0);
    const fitting: string[] = [];
    let used = Buffer.byteLength(text + begin + end);
    for (const row of omitted.length === 0 ? rowsIn(section) : []) {
      used += Buffer.byteLength(row) + 1;
      if (used > limit) break;
      fitting.push(row);
    }
    if (fitting.length > 0) text += `${begin}${fitting.join("\n")}${end}`;
    if (fitting.length < total) omitted.push(`${section.title} (${figure(total - fitting.length)})`);
  }
  return { text, omitted };
}

/** Writes rows only as far as they are read. */
function* rowsIn(section: Section): Generator<string> {
  for (const item of section.items) yield* rowsOf(item, section);
}

function beginOf(section: Section): string {
  const { kind, title, meaning, columns } = section;
  const opening = styleOf(kind).isCollapsed
    ? `<details><summary>${title} (${figure(countOf(section))})</summary>`
    : `### ${title}`;
  const heads = columns.map(({ head }) => head);
  const table = columns.length === 1 ? "" : `${tableRow(heads)}\n${tableRow(heads.map(() => "---"))}\n`;
  return `\n\n${opening}\n\n${meaning}\n\n${table}`;
}

/** The rows of a table, or one entry of a list. */
function rowsOf({ rows, reason, advice }: Item, { columns }: Section): string[] {
  const texts = rows.map((cells) => cells.map(cellText));
  if (columns.length > 1) return texts.map(tableRow);
  const why = reason === undefined ? "" : `\n  <br>${prose(reason)}`;
  const help =
    advice === undefined
      ? ""
      : `\n\n  <details><summary>What to do</summary>\n\n  ${prose(advice)}\n\n  </details>`;
  return texts.map((cells) => `- ${cells.join(": ")}${why}${help}`);
}

function endOf({ kind, remedies = [] }: Section): string {
  const texts = remedies.map((text) => prose(text));
  const paragraphs = [
    ...(texts.length === 0 ? [] : [firstOf(texts, namedAtMost, "\n\n")]),
    ...(styleOf(kind).isCollapsed ? ["</details>"] : []),
  ];
  return paragraphs.map((paragraph) => `\n\n${paragraph}`).join("");
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "merchants": {
      const labels = cell.merchants.map((merchant) => labelOf(merchant, shortCode));
      return firstOf(labels, namedAtMost);
    }
    case "group": {
      const names = cell.merchants.map((one) => nameWithStack(one, shortCode));
      return `${prose(groupInWords(cell))}: ${firstOf(names, namedAtMost)}`;
    }
    case "name":
      return shortCode(cell.name);
    case "value": {
      const { kind, text } = shownValues(cell.property, shownAtMost)[cell.side];
      return kind === "value" ? code(text) : `*${text}*`;
    }
    case "changes":
      return firstOf(cell.changes.map(shortCode), namedAtMost);
    case "text":
      return prose(cell.text);
    case "none":
      return cell.text === "" ? "" : `*${cell.text}*`;
  }
}

/** Pipes are escaped, because they also split code spans. */
function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function shortCode(text: string): string {
  return code(short(text));
}

/** A string from outside as a code span on one line, without any markup, link or mention. */
export function code(text: string): string {
  const shown = visible(text);
  const runs = [...shown.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const needsRoom = /^[` ]|[` ]$/.test(shown) || shown === "";
  return needsRoom ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/**
 * Code in prose: from a backtick at the start of a word to the first one at the end of a word, because names can contain backticks. In "Run `pulumi up`,
 * then (`a`b`).", it matches "pulumi up" and "a`b".
 */
const codeInProse = /(?<![^\s(])`(\S|\S.*?\S)`(?![^\s.,;:!?)])/;

/**
 * Prose from outside, such as advice, shortened to `limit` characters, without any markup or mention. Text in backticks stays code. Line
 * ends become breaks.
 */
export function prose(text: string, limit = proseAtMost): string {
  return visibleLines(shorten(text, limit))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) =>
      line
        .split(codeInProse)
        .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
        .join(""),
    )
    .join("<br>");
}

/**
 * Escapes for text before a code span, where a backslash would be ambiguous. Mentions and references are recognized after Markdown is
 * parsed, when a backslash is removed already.
 */
const escapes: Readonly<Record<string, string>> = {
  "\\": "&#92;",
  "`": "&#96;",
  "@": "\\@&#8203;",
  "#": "\\#&#8203;",
};

/**
 * Characters that would be markup at their place. The rest stays as it is, because people also read the Markdown itself.
 *
 * - `_` at the end of a word, as in `_a_`, but not in `ads_write`
 * - `&` of an entity, `:` of a URL, `.` after `www`, GitLab's `!1`, `&1` and `{+a+}`
 * - at the start of a line: `-`, `+` and `>`, and `.` or `)` after a number
 */
const markup =
  /[\\`*[<~$@#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;|\d)|:(?=\/\/)|(?<=www)\.|!(?=\d)|\{(?=[+-])|^[-+>]|(?<=^\d+)[.)]/giu;

/** Escapes in one pass, so that escapes are not escaped again. */
function plain(text: string): string {
  return text.replace(markup, (character) => escapes[character] ?? `\\${character}`);
}
