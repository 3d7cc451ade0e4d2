import type { DriftReport, StackReport } from "../check/report";
import type { Cell, Item, Label, Section, SectionKind } from "../report/sections";
import { shownTime, shownValues } from "../report/values";
import { figure } from "../text/counted";
import { firstOf } from "../text/listed";
import { shorten, visible } from "../text/visible";
import { cell, code, fenced, htmlCode, prose as proseWithin } from "./markdown-text";
import { countOf, sectionsOf } from "./sections";
import { ofPrograms, type Source } from "./source";
import { capital, exitCodeMeaning, findings, uncomparedIn } from "./summary";

/** The line with which a workflow finds its issue or comment. */
export const markdownMarker = "<!-- pulumi-pinterest drift -->";

/** Limit in bytes. GitHub accepts 65,536 characters for an issue or comment; the rest is for the workflow. */
const sizeAtMost = 60_000;
/** Space for the note about omitted rows, in bytes. */
const noteAtMost = 1_000;
/** Number of characters of a name or value that are shown. */
const shownAtMost = 80;
/** Number of characters of a reason, advice or error that are shown. */
const proseAtMost = 1_500;
/** Number of names in a sentence. */
const namedAtMost = 20;

const collapsed: ReadonlySet<SectionKind> = new Set<SectionKind>(["pending", "unmanaged"]);

/** The report for a job summary, an issue or a pull request, in the Markdown of GitHub and GitLab; at most 60,000 bytes. */
export function renderMarkdown(report: DriftReport, source: Source = ofPrograms()): string {
  const stacks = report.stacks.map(stackCode);
  const meaning = exitCodeMeaning(report, source, source.deployedByMerge ? "the merge" : undefined);
  const names = uncomparedIn(report).map(shortCode);
  const head = [
    markdownMarker,
    "## Pinterest drift",
    `**${findings(report, source.item).join("; ")}.**`,
    `${stacks.length === 1 ? "Stack" : "Stacks"} ${firstOf(stacks, namedAtMost)}, checked at ${shownTime(report.generatedAt)}. ` +
      `Exit code ${report.exitCode}: ${prose(meaning)}.`,
    ...(names.length === 0
      ? []
      : [
          `Not compared: ${firstOf(names, namedAtMost)}. Partner tokens and e-mail are compared with ${source.compareSecrets} only.`,
        ]),
  ].join("\n\n");
  const sections = sectionsOf(report.stacks, source).filter(({ kind }) => kind !== "in-sync");
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
    const rows = section.items.flatMap((item) => rowsOf(item, section));
    let used = Buffer.byteLength(text + begin + end);
    let fitting = 0;
    for (const row of omitted.length === 0 ? rows : []) {
      used += Buffer.byteLength(row) + 1;
      if (used > limit) break;
      fitting += 1;
    }
    if (fitting > 0) text += `${begin}${rows.slice(0, fitting).join("\n")}${end}`;
    if (fitting < rows.length) omitted.push(`${section.title} (${figure(rows.length - fitting)})`);
  }
  return { text, omitted };
}

function beginOf(section: Section): string {
  const { kind, title, scope, meaning, columns, items } = section;
  const of = [
    ...(scope?.stack === undefined ? [] : [`stack ${htmlCode(stackName(scope.stack))}`]),
    ...(scope?.account === undefined ? [] : [`account ${htmlCode(shorten(scope.account, shownAtMost))}`]),
    ...(scope?.provider === undefined ? [] : [`provider ${htmlCode(shorten(scope.provider, shownAtMost))}`]),
  ];
  const opening = collapsed.has(kind)
    ? `<details><summary>${[`${title} (${figure(countOf(section))})`, ...of].join(", ")}</summary>`
    : `### ${title}`;
  const heads = [...(items[0]?.stack === undefined ? [] : ["Stack"]), ...columns.map(({ head }) => head)];
  const table = columns.length === 1 ? "" : `${tableRow(heads)}\n${tableRow(heads.map(() => "---"))}\n`;
  return `\n\n${opening}\n\n${capital(meaning)}\n\n${table}`;
}

/** The rows of a table, or one entry of a list. */
function rowsOf({ stack, rows, reason, advice }: Item, { columns }: Section): string[] {
  const stackCell = stack === undefined ? [] : [stackCode(stack)];
  if (columns.length > 1) return rows.map((cells) => tableRow([...stackCell, ...cells.map(cellText)]));
  return rows.map((cells) =>
    [
      `- ${[...stackCell, ...cells.map(cellText)].join(": ")}`,
      ...(reason === undefined ? [] : [`  <br>${prose(reason)}`]),
      ...(advice === undefined
        ? []
        : [`\n  <details><summary>What to do</summary>\n\n  ${prose(advice)}\n\n  </details>`]),
    ].join("\n"),
  );
}

function endOf({ kind, remedies, importCommand }: Section): string {
  const paragraphs = [
    ...(importCommand === undefined ? [] : [`To import them, run:\n\n${fenced(importCommand, "sh")}`]),
    ...(remedies.length === 0 ? [] : [firstOf(remedies.map(prose), namedAtMost, "\n\n")]),
    ...(collapsed.has(kind) ? ["</details>"] : []),
  ];
  return paragraphs.map((paragraph) => `\n\n${paragraph}`).join("");
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "merchants":
      return firstOf(cell.merchants.map(labelText), namedAtMost);
    case "name":
    case "property":
      return shortCode(cell.name);
    case "value": {
      const { kind, text } = shownValues(cell.property, shownAtMost)[cell.side];
      return kind === "value" ? code(text) : `*${text}*`;
    }
    case "changes":
      return firstOf(cell.changes.map(shortCode), namedAtMost);
    case "time":
      return cell.time === undefined ? "" : timeText(cell.time);
    case "account": {
      const name = cell.account === undefined ? "the default account" : `account ${shortCode(cell.account)}`;
      return cell.provider === undefined ? name : `${name} (provider ${shortCode(cell.provider)})`;
    }
    case "text":
      return prose(cell.text);
    case "none":
      return cell.text === "" ? "" : `*${cell.text}*`;
  }
}

function labelText({ name, externalBusinessId, account, provider }: Label): string {
  const details = [
    ...(externalBusinessId === name ? [] : [shortCode(externalBusinessId)]),
    ...(account === undefined ? [] : [`account ${shortCode(account)}`]),
    ...(provider === undefined ? [] : [`provider ${shortCode(provider)}`]),
  ];
  return `${shortCode(name)}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

/** A time. Any other string is shown as code, because it can contain anything. */
function timeText(time: string): string {
  const shown = shownTime(time);
  return /^[\d:TZ-]+$/.test(shown) ? shown : shortCode(shown);
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

function shortCode(text: string): string {
  return code(shorten(visible(text), shownAtMost));
}

function prose(text: string): string {
  return proseWithin(text, proseAtMost);
}

function stackName({ project, stack }: StackReport): string {
  return shorten(visible(`${project}/${stack}`), shownAtMost);
}

function stackCode(stack: StackReport): string {
  return code(stackName(stack));
}
