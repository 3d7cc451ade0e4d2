import { firstOf } from "../../provider/base/message-text";
import { exitCodes } from "../../stack/exit-codes";
import type { DriftReport } from "../../stack/report";
import { type Display, heading, prose, styledLines, tableLines } from "../tables/table-lines";
import { type Section, styleOf } from "./section";
import { sectionsOf } from "./sections";
import { countsSummary, exitCodeSentence, notesOf, ofPrograms, type Source, stackTitle } from "./wording";

/** The position of a report in the output of a command that fixes drift, or edits the program. */
export type FixPhase = `${"Before" | "After"} the ${"fix" | "edit"}`;

/**
 * The report for a terminal, without a line end at its end. Integrations in sync are only counted.
 *
 * @param phase the report's title. With it, the report does not advise to fix drift; before it, the report does not name the exit code.
 */
export function renderTable(
  report: DriftReport,
  display: Display,
  source: Source = ofPrograms(),
  phase?: FixPhase,
): string {
  const { fix: _, adopt: __, ...withoutFix } = source;
  const advised = phase === undefined ? source : withoutFix;
  const meaning = phase?.startsWith("Before") ? "" : ` ${exitCodeSentence(report, source)}`;
  const color =
    report.exitCode === exitCodes.ok ? "green" : report.exitCode === exitCodes.drift ? "yellow" : "red";
  // A blank line separates the two reports.
  const title = `${phase?.startsWith("After") ? "\n" : ""}${styledLines(phase ?? "", "bold", display)}`;
  return [
    ...(phase === undefined ? [] : [title]),
    // The stacks of a fleet are shards, which its users do not name.
    ...(source.item === "merchant" || report.stacks.length === 0
      ? []
      : [styledLines(firstOf(report.stacks.map(stackTitle)), "bold", display)]),
    ...sectionsOf(report, advised).map((section) => sectionText(section, display)),
    ...emptyStacks(report, source).map((text) => prose(text, display, "")),
    ...notesOf(report, source).map((note) => prose(note, display, "")),
    styledLines(`${countsSummary(report)}.${meaning}`, ["bold", color], display),
  ].join("\n\n");
}

function emptyStacks({ stacks }: DriftReport, { item }: Source): string[] {
  const empty = stacks.filter(
    ({ merchants, errors, waiting }) => merchants.length + errors.length === 0 && waiting === undefined,
  );
  if (empty.length === 0) return [];
  const names = stacks.length === 1 || item === "merchant" ? "" : `${firstOf(empty.map(stackTitle))}: `;
  return empty.length < stacks.length && item === "merchant" ? [] : [`${names}No ${item} is deployed yet.`];
}

function sectionText(section: Section, display: Display): string {
  const { kind, title, meaning, remedies = [] } = section;
  const lines = kind === "in-sync" ? [] : tableLines(section, display);
  return [
    [heading(title, styleOf(kind).terminal, meaning, display), ...lines].join("\n"),
    ...remedies.map((text) => prose(text, display)),
  ].join("\n\n");
}
