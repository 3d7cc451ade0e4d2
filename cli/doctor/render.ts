import type { Terminal } from "../terminal";
import { shorten, visibleLines } from "../text/visible";
import { counted } from "../text/words";
import type { Check, CheckGroup, CheckStatus, DoctorReport } from "./check";

type Output = Pick<Terminal, "width" | "style">;

/** Longest finding or remedy that is printed, in characters. --json has all of it. */
const longestText = 2_000;
const longestAccount = 80;

const accountsInFull = 3;

const titles: Readonly<Record<CheckGroup, string>> = {
  machine: "Machine",
  configuration: "Configuration",
  network: "Network",
  accounts: "Accounts",
};

const signs = { ok: "✓", warning: "!", error: "✗" } as const;
const colors = { ok: "green", warning: "yellow", error: "red" } as const;

/** The line of one check, or of several equal ones. */
interface Line {
  readonly status: CheckStatus;
  readonly text: string;
  readonly remedy?: string | undefined;
}

/** The report for people: one line for each check, with the remedy below. Symbols in a terminal, words elsewhere. */
export function renderReport(report: DoctorReport, output: Output, verbose: boolean): string {
  const groups = (Object.keys(titles) as CheckGroup[]).map((group) => {
    const checks = report.checks.filter((check) => check.group === group);
    const lines = group === "accounts" && !verbose ? accountLines(checks) : checks.map(lineOf);
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
  const mark = style(colors[status], plain ? status.padEnd(7) : signs[status]);
  const indent = plain ? " ".repeat(10) : "    ";
  const printed = [text, ...(remedy === undefined ? [] : [remedy])].flatMap((part) =>
    visibleLines(shorten(part, longestText)),
  );
  return `  ${mark} ${printed.join(`\n${indent}`)}`;
}

function lineOf({ id, account, status, found, remedy }: Check): Line {
  const isOfAccount = account !== undefined || id.startsWith("account-");
  return { status, text: isOfAccount ? `${shownAccount(account)}: ${found}` : found, remedy };
}

function shownAccount(account = "default account"): string {
  return shorten(account, longestAccount);
}

/** The lines of the accounts. With more than a few accounts, only problems are shown, and common ones once. */
function accountLines(checks: readonly Check[]): Line[] {
  const own = checks.filter(({ id }) => id !== "accounts");
  const accounts = new Set(own.map(({ account }) => account));
  if (accounts.size <= accountsInFull) return checks.map(lineOf);
  const problems = own.filter(({ status }) => status !== "ok");
  const withoutProblems = accounts.size - new Set(problems.map(({ account }) => account)).size;
  const fine = `${counted(withoutProblems, "account")} without problems (--verbose shows all)`;
  return [
    ...checks.filter(({ id }) => id === "accounts").map(lineOf),
    ...combined(problems),
    ...(withoutProblems === 0 ? [] : [{ status: "ok" as const, text: fine }]),
  ];
}

/** Combines many checks with the same ID and remedy to one line that names the first ones. */
function combined(checks: readonly Check[]): Line[] {
  const equal = Map.groupBy(checks, ({ id, status, remedy, found }) =>
    JSON.stringify([id, status, remedy ?? found]),
  );
  return [...equal.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= accountsInFull) return group.map(lineOf);
    const names = group.slice(0, accountsInFull).map(({ account }) => shownAccount(account));
    const text = `${group.length} accounts (${names.join(", ")}, …), the first: ${first.found}`;
    return [{ status: first.status, text, remedy: first.remedy }];
  });
}

function summaryOf({ summary: { warnings, errors } }: DoctorReport): string {
  const parts = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  return parts.length === 0 ? "No problems found." : `${parts.join(", ")}.`;
}
