import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { shorten, visibleLines } from "../text/visible";
import type { CheckGroup } from "./check";
import { foldAccounts } from "./fold";
import { type Line, lineOf } from "./line";
import type { DoctorReport } from "./report";

type Output = Pick<Terminal, "width" | "style">;

/** Longest finding or remedy that is printed, in characters. --json has all of it. */
const printedAtMost = 2_000;

const titles: Readonly<Record<CheckGroup, string>> = {
  machine: "Machine",
  configuration: "Configuration",
  network: "Network",
  accounts: "Accounts",
};

const signs = { ok: "✓", warning: "!", error: "✗" } as const;
const words = { ok: "ok", warning: "warning", error: "error" } as const;
const colours = { ok: "green", warning: "yellow", error: "red" } as const;

/** The report for people: one line for each check, with the remedy below. Symbols in a terminal, words elsewhere. */
export function renderReport(report: DoctorReport, output: Output, verbose: boolean): string {
  const groups = (Object.keys(titles) as CheckGroup[]).map((group) => {
    const checks = report.checks.filter((check) => check.group === group);
    const lines = group === "accounts" && !verbose ? foldAccounts(checks) : checks.map(lineOf);
    return { group, lines };
  });
  const parts = groups
    .filter(({ lines }) => lines.length > 0)
    .map(({ group, lines }) =>
      [output.style("bold", titles[group]), ...lines.map((line) => renderLine(line, output))].join("\n"),
    );
  return [...parts, summaryOf(report)].join("\n\n");
}

function renderLine({ status, text, remedy }: Line, { width, style }: Output): string {
  const plain = width === undefined;
  const mark = style(colours[status], plain ? words[status].padEnd(7) : signs[status]);
  const indent = plain ? " ".repeat(10) : "    ";
  const printed = [text, ...(remedy === undefined ? [] : [remedy])].flatMap((part) =>
    visibleLines(shorten(part, printedAtMost)),
  );
  return `  ${mark} ${printed.join(`\n${indent}`)}`;
}

function summaryOf({ summary: { warnings, errors } }: DoctorReport): string {
  if (errors + warnings === 0) return "No problems found.";
  const parts = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  return `${parts.join(", ")}.`;
}
