import type { DriftReport } from "../check/report";
import type { Section, SectionKind } from "../report/sections";
import { detailsOf, heading, type Look, prose, short, styledLines, tableLines } from "../report/terminal";
import { sectionsOf } from "./sections";
import { ofPrograms, type Source } from "./source";
import { countsSummary, exitCodeSentence, stackTitle, uncomparedIn } from "./summary";

const colors: Readonly<Record<SectionKind, Parameters<typeof heading>[1]>> = {
  drifted: "yellow",
  missing: "yellow",
  revoked: "red",
  unreachable: "red",
  failed: "red",
  pending: "cyan",
  unmanaged: "cyan",
  unlisted: "red",
  "in-sync": "green",
};

/** When a command that fixes drift prints a report. */
export type FixPhase = "Before the fix" | "After the fix";

/**
 * The report for a terminal, without a line end at its end. Integrations in sync are only counted.
 *
 * @param phase the report's title. With it, the report does not advise to fix drift; before the fix, it does not name the exit code.
 */
export function renderTable(
  report: DriftReport,
  look: Look,
  source: Source = ofPrograms(),
  phase?: FixPhase,
): string {
  const { fix: _, ...withoutFix } = source;
  const advised = phase === undefined ? source : withoutFix;
  return [
    ...(phase === undefined ? [] : [styledLines(phase, "bold", look)]),
    ...report.stacks.flatMap((stack) => [
      styledLines(stackTitle(stack), "bold", look),
      ...sectionsOf([stack], advised, report.stacks).map((section) => sectionText(section, look)),
      ...(stack.merchants.length === 0 && stack.errors.length === 0
        ? [`No ${source.item} is deployed yet.`]
        : []),
    ]),
    ...uncompared(report, source, look),
    lastLine(report, source, look, phase),
  ].join("\n\n");
}

function sectionText(section: Section, look: Look): string {
  const { kind, title, scope = {}, meaning, remedies, importCommand } = section;
  const of = detailsOf(scope);
  return [
    [
      heading(`${title}${of.length > 0 ? ` (${of.join(", ")})` : ""}`, colors[kind], meaning, look),
      ...(kind === "in-sync" ? [] : tableLines(section, look)),
    ].join("\n"),
    // Keep the command on one line, so that it can be copied. The terminal can wrap it.
    ...(importCommand === undefined ? [] : [`  To import them, run:\n    ${importCommand}`]),
    ...remedies.map((text) => prose(text, look)),
  ].join("\n\n");
}

function uncompared(report: DriftReport, { compareSecrets }: Source, look: Look): string[] {
  const names = uncomparedIn(report);
  if (names.length === 0) return [];
  const text = `${names.map(short).join(", ")}. Partner tokens and e-mail are compared with ${compareSecrets} only.`;
  return [heading("Not compared", "cyan", text, look)];
}

function lastLine(report: DriftReport, source: Source, look: Look, phase: FixPhase | undefined): string {
  const color = report.exitCode === 0 ? "green" : report.exitCode === 7 ? "yellow" : "red";
  const end = phase === "Before the fix" ? "" : ` ${exitCodeSentence(report, source)}`;
  return styledLines(`${countsSummary(report)}.${end}`, ["bold", color], look);
}
