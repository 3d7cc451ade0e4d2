import { sentence, withRequestId } from "../../provider/base/message-text";
import { shorten, visibleLines } from "../../provider/base/visible";
import { capital, counted } from "../../provider/base/words";
import type { Terminal } from "../terminal";

/** ok: no problem. warning: an update works, but something needs attention. error: an update would fail. */
type CheckStatus = "ok" | "warning" | "error";

type CheckGroup = "machine" | "configuration" | "network" | "accounts";

/** All checks by their stable IDs, in the order in which they are printed. */
export const checkIds = {
  node: { group: "machine", about: "version of Node.js that runs programs" },
  engine: { group: "machine", about: "the Pulumi CLI and its version" },
  package: { group: "machine", about: "this package in the project, where refresh and destroy need it" },
  sdk: {
    group: "machine",
    about: "version of @pulumi/pulumi in the project, and whether there is only one copy",
  },
  plugin: { group: "machine", about: "the provider plugin, for stacks and programs that use it" },
  backend: { group: "machine", about: "whether Pulumi is logged in to a backend" },
  stack: { group: "machine", about: "the stack, its configuration and its state" },
  configuration: { group: "configuration", about: "value of each key" },
  "plain-text": { group: "configuration", about: "secrets in plaintext in the stack's configuration" },
  "unknown-key": {
    group: "configuration",
    about: "unknown keys, and environment variables that are not read",
  },
  overridden: { group: "configuration", about: "values that another one overrides" },
  proxy: { group: "network", about: "the proxy in use, and the variable that names it" },
  api: { group: "network", about: "name resolution, connection, TLS, and the response of the API" },
  accounts: { group: "accounts", about: "accounts that are checked" },
  "account-access": { group: "accounts", about: "source of the token, and whether Pinterest accepts it" },
  "account-scopes": { group: "accounts", about: "scopes of the token, if they are known" },
  "account-expiry": { group: "accounts", about: "expiry of a token that is not renewed automatically" },
  "account-limits": { group: "accounts", about: "kind of access of the app, and remaining requests" },
} as const satisfies Readonly<Record<string, { group: CheckGroup; about: string }>>;

type CheckId = keyof typeof checkIds;

export interface Check {
  readonly id: CheckId;
  readonly group: CheckGroup;
  /** Omitted for the default account, and for checks without an account. */
  readonly account?: string;
  readonly status: CheckStatus;
  readonly found: string;
  /** The next step for the user. Omitted if there is no problem, or if `found` contains it. */
  readonly remedy?: string;
}

const checkAs =
  (status: CheckStatus) =>
  (id: CheckId, found: string, remedy = ""): Check => {
    const { group } = checkIds[id];
    return { id, group, status, found, ...(remedy === "" ? {} : { remedy }) };
  };

export const ok = checkAs("ok");
export const warning = checkAs("warning");
export const failure = checkAs("error");

/** The failed check of an error. Of an error without a remedy, the finding is the whole message in one line. */
export function failureOf(
  id: CheckId,
  error: Error & { summary?: string } & { [Part in "requestId" | "note" | "remedy"]?: string | undefined },
): Check {
  const { summary, requestId, note, remedy } = error;
  return summary !== undefined && remedy
    ? failure(id, withRequestId(summary, requestId), [note ?? [], sentence(remedy)].flat().join(" "))
    : failure(id, error.message.replace(/\n(?:error: )?/g, ": "), undefined);
}

/** The output of `pulumi-pinterest doctor --json`. */
interface DoctorReport {
  readonly checks: readonly Check[];
  /** Number of checks by status. */
  readonly summary: { readonly ok: number; readonly warnings: number; readonly errors: number };
}

export function reportOf(checks: readonly Check[]): DoctorReport {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  return { checks, summary: { ok: count("ok"), warnings: count("warning"), errors: count("error") } };
}

/** Number of characters of a finding or remedy that are printed. --json has all of it. */
const longestText = 2_000;
const longestAccount = 80;

const accountsInFull = 3;

const colors = { ok: "green", warning: "yellow", error: "red" } as const;

/** The report for people: one line for each check, with the remedy below. */
export function renderReport(
  { checks, summary }: DoctorReport,
  output: Pick<Terminal, "style">,
  verbose: boolean,
): string {
  const { errors, warnings } = summary;
  const problems = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  const groups = [...Map.groupBy(checks, ({ group }) => group)].map(([group, found]) => {
    const shown = group === "accounts" && !verbose ? combined(found) : found;
    return [output.style("bold", capital(group)), ...shown.map((check) => renderCheck(check, output))];
  });
  const total = problems.length === 0 ? "No problems found." : `${problems.join(", ")}.`;
  return [...groups.map((lines) => lines.join("\n")), total].join("\n\n");
}

const indent = " ".repeat("  warning ".length);

function renderCheck({ id, account, status, found, remedy }: Check, output: Pick<Terminal, "style">): string {
  const isOfAccount = account !== undefined || id.startsWith("account-");
  const text = isOfAccount ? `${shownAccount(account)}: ${found}` : found;
  const lines = [text, remedy ?? []].flat().flatMap((part) => visibleLines(shorten(part, longestText)));
  return `  ${output.style(colors[status], status.padEnd("warning".length))} ${lines.join(`\n${indent}`)}`;
}

function shownAccount(account = "default account"): string {
  return shorten(account, longestAccount);
}

/** Combines checks with the same ID, status and remedy of more than a few accounts to one that names the first accounts. */
function combined(checks: readonly Check[]): Check[] {
  const equal = Map.groupBy(checks, ({ id, status, remedy, found }) =>
    JSON.stringify([id, status, status === "ok" ? "" : (remedy ?? found)]),
  );
  return [...equal.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= accountsInFull) return group;
    const names = group.slice(0, accountsInFull).map(({ account }) => shownAccount(account));
    const found = `${counted(group.length, "account")} (${names.join(", ")}, …), for example: ${first.found}`;
    const { account: _, ...check } = first;
    return [{ ...check, id: "accounts", found }];
  });
}
