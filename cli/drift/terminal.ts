import { firstOf } from "../../provider/base/message-text";
import { capital } from "../../provider/base/words";
import { exitCodes } from "../../stack/exit-codes";
import type { DriftReport } from "../../stack/report";
import { type Display, heading, prose, styledLines, tableLines } from "../tables/table-lines";
import { type Section, styleOf } from "./section";
import { sectionsOf } from "./sections";
import { countsSummary, exitCodeSentence, notesOf, ofPrograms, type Source, stackTitle } from "./wording";

/** The position of a report in the output of a command that fixes drift, or edits the program. */
export interface FixPhase {
  readonly when: "before" | "after";
  readonly action: "fix" | "edit";
}

/**
 * The report for a terminal, without a line end at its end. Integrations in sync are only counted.
 *
 * @param phase for the report's title. With it, the report does not advise to fix drift; before the action, the report does not name the exit code.
 */
export function renderTable(
  report: DriftReport,
  display: Display,
  source: Source = ofPrograms(),
  phase?: FixPhase,
): string {
  const { fix: _, adopt: __, ...withoutFix } = source;
  const advised = phase === undefined ? source : withoutFix;
  const meaning = phase?.when === "before" ? "" : ` ${exitCodeSentence(report, source)}`;
  const color =
    report.exitCode === exitCodes.ok ? "green" : report.exitCode === exitCodes.drift ? "yellow" : "red";
  const namesStacks = source.namesStacks && report.stacks.length > 0;
  return [
    ...(phase === undefined ? [] : [titleOf(phase, display)]),
    ...(namesStacks ? [styledLines(firstOf(report.stacks.map(stackTitle)), "bold", display)] : []),
    ...sectionsOf(report, advised).map((section) => sectionText(section, display)),
    ...emptyStacks(report, source).map((text) => prose(text, display, "")),
    ...notesOf(report, source).map((note) => prose(note, display, "")),
    styledLines(`${countsSummary(report)}.${meaning}`, ["bold", color], display),
  ].join("\n\n");
}

function titleOf({ when, action }: FixPhase, display: Display): string {
  const title = styledLines(`${capital(when)} the ${action}`, "bold", display);
  // A blank line separates the two reports.
  return when === "after" ? `\n${title}` : title;
}

function emptyStacks({ stacks }: DriftReport, { item, namesStacks }: Source): string[] {
  const empty = stacks.filter(
    ({ merchants, errors, waiting }) => merchants.length + errors.length === 0 && waiting === undefined,
  );
  if (empty.length === 0) return [];
  if (empty.length < stacks.length && !namesStacks) return [];
  const names = stacks.length > 1 && namesStacks ? `${firstOf(empty.map(stackTitle))}: ` : "";
  return [`${names}No ${item} is deployed yet.`];
}

function sectionText(section: Section, display: Display): string {
  const { kind, title, meaning, remedies = [] } = section;
  const lines = kind === "in-sync" ? [] : tableLines(section, display);
  return [
    [heading(title, styleOf(kind).terminal, meaning, display), ...lines].join("\n"),
    ...remedies.map((text) => prose(text, display)),
  ].join("\n\n");
}
