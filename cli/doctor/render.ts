import type { Terminal } from "../terminal";
import { shorten, visibleLines } from "../text/visible";
import { counted } from "../text/words";
import { type Check, type CheckGroup, type DoctorReport, ok } from "./check";

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

/** The report for people: one line for each check, with the remedy below. Symbols in a terminal, words elsewhere. */
export function renderReport(report: DoctorReport, output: Output, verbose: boolean): string {
  const groups = (Object.keys(titles) as CheckGroup[]).map((group) => {
    const checks = report.checks.filter((check) => check.group === group);
    return { group, checks: group === "accounts" && !verbose ? summarized(checks) : checks };
  });
  const parts = groups
    .filter(({ checks }) => checks.length > 0)
    .map(({ group, checks }) =>
      [output.style("bold", titles[group]), ...checks.map((check) => renderCheck(check, output))].join("\n"),
    );
  return [...parts, summaryOf(report)].join("\n\n");
}

function renderCheck({ id, account, status, found, remedy }: Check, { width, style }: Output): string {
  const isOfAccount = account !== undefined || id.startsWith("account-");
  const text = isOfAccount ? `${shownAccount(account)}: ${found}` : found;
  const plain = width === undefined;
  const mark = style(colors[status], plain ? status.padEnd(7) : signs[status]);
  const indent = plain ? " ".repeat(10) : "    ";
  const printed = [text, ...(remedy === undefined ? [] : [remedy])].flatMap((part) =>
    visibleLines(shorten(part, longestText)),
  );
  return `  ${mark} ${printed.join(`\n${indent}`)}`;
}

function shownAccount(account = "default account"): string {
  return shorten(account, longestAccount);
}

/** The checks of accounts. With more than a few accounts, only problems are shown, and common ones once. */
function summarized(checks: readonly Check[]): readonly Check[] {
  const own = checks.filter(({ id }) => id !== "accounts");
  const accounts = new Set(own.map(({ account }) => account));
  if (accounts.size <= accountsInFull) return checks;
  const problems = own.filter(({ status }) => status !== "ok");
  const withoutProblems = accounts.size - new Set(problems.map(({ account }) => account)).size;
  const fine = `${counted(withoutProblems, "account")} without problems (--verbose shows all)`;
  return [
    ...checks.filter(({ id }) => id === "accounts"),
    ...combined(problems),
    ...(withoutProblems === 0 ? [] : [ok("accounts", fine)]),
  ];
}

/** Combines many checks with the same ID and remedy to one that names the first accounts. */
function combined(checks: readonly Check[]): Check[] {
  const equal = Map.groupBy(checks, ({ id, status, remedy, found }) =>
    JSON.stringify([id, status, remedy ?? found]),
  );
  return [...equal.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= accountsInFull) return group;
    const names = group.slice(0, accountsInFull).map(({ account }) => shownAccount(account));
    const found = `${group.length} accounts (${names.join(", ")}, …), for example: ${first.found}`;
    const { account: _, ...check } = first;
    return [{ ...check, id: "accounts", found }];
  });
}

function summaryOf({ summary: { warnings, errors } }: DoctorReport): string {
  const parts = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  return parts.length === 0 ? "No problems found." : `${parts.join(", ")}.`;
}
