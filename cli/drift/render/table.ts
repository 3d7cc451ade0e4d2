import type { DriftReport, MerchantReport, StackReport } from "../../check/report";
import { isInSync } from "../../check/report";
import type { Terminal } from "../../terminal";
import { type Cell, columns, naturalWidth, wrap } from "../../text/columns";
import { counted } from "../../text/counted";
import { shorten, visible, visibleLines } from "../../text/visible";
import { type Entry, entriesOf, failureGroups, unlistedOf, unmanagedGroups, withStatus } from "./grouped";
import { howToImport, unfitIds } from "./import-command";
import { ofPrograms, type Source } from "./source";
import { type ShownValue, shownTime, shownValues } from "./values";
import {
  capital,
  countsInWords,
  detailsOf,
  exitCodeInWords,
  stackInWords,
  uncomparedOf,
  unlistedInWords,
  unlistedMeaning,
  waysOut,
} from "./words";

/** Number of characters of a name or value that are shown. */
const shownAtMost = 80;
/** Number of characters of a reason, advice or error that are shown. Documents have more. */
const proseAtMost = 5_000;
/** Width of prose without a terminal. */
const proseWidth = 110;
const indent = "  ";

/** When a command that fixes drift prints a report. */
export type FixPhase = "Before the fix" | "After the fix";

type Look = Pick<Terminal, "width" | "style"> & {
  readonly source: Source;
  readonly phase: FixPhase | undefined;
};

/**
 * The report for a terminal, without a line end at its end. Merchants in sync are only counted.
 *
 * @param phase the report's title. With it, the report does not advise to fix drift; before the fix, it does not name the exit code.
 */
export function renderTable(
  report: DriftReport,
  { width, style }: Pick<Terminal, "width" | "style">,
  source: Source = ofPrograms(),
  phase?: FixPhase,
): string {
  const look: Look = { width, style, source, phase };
  return [
    ...(phase === undefined ? [] : [styledLines(phase, "bold", look)]),
    ...report.stacks.map((stack) => stackInTable(stack, report, look)),
    ...uncompared(report, look),
    lastLine(report, look),
  ].join("\n\n");
}

function stackInTable(stack: StackReport, report: DriftReport, look: Look): string {
  const inSync = stack.merchants.filter(isInSync).length;
  const isEmpty = stack.merchants.length === 0 && stack.errors.length === 0;
  return [
    styledLines(stackInWords(stack), "bold", look),
    ...errors(stack, look),
    ...drifted(stack, look),
    ...missing(stack, look),
    ...unchecked(stack, look),
    ...pending(stack, look),
    ...unmanaged(stack, report, look),
    ...unlisted(stack, look),
    ...(inSync > 0 ? [heading("In sync", "green", `${counted(inSync, "merchant")}.`, look)] : []),
    ...(isEmpty ? ["No merchant is deployed yet."] : []),
  ].join("\n\n");
}

function errors({ errors }: StackReport, look: Look): string[] {
  if (errors.length === 0) return [];
  return [
    `${heading("Failed", "red", "Errors of the whole stack or of an account.", look)}\n${errors.map((error) => prose(error, look)).join("\n")}`,
  ];
}

function drifted(stack: StackReport, look: Look): string[] {
  const { noun } = look.source;
  const entries = withStatus([stack], "drifted");
  if (entries.length === 0) return [];
  const groups = entries.map(({ merchant }) => ({ merchant, rows: driftedRows(merchant, look) }));
  return [
    `${heading("Drifted", "yellow", "Pinterest differs from the last update.", look)}\n${driftedLines(groups, look).join("\n")}`,
    ...waysToFix(
      entries,
      look,
      (command) =>
        `To write the ${noun}'s values back, run \`${command}\`. To keep Pinterest's values, copy them into the ${noun}.`,
    ),
  ];
}

interface DriftedGroup {
  readonly merchant: MerchantReport;
  readonly rows: readonly (readonly Cell[])[];
}

/** Everything in one line if it fits, or there is no width. Otherwise, the merchant is in a line above its properties. */
function driftedLines(groups: readonly DriftedGroup[], look: Look): string[] {
  const head = ["Property", capital(look.source.noun), "Pinterest"].map((text) => dim(text, look));
  const sinceOf = ({ since }: MerchantReport) => (since === undefined ? "" : shownTime(since));
  const inOne = [
    [dim("Merchant", look), ...head, dim("Changed at (UTC)", look)],
    ...groups.flatMap(({ merchant, rows }) =>
      rows.map((row) => [{ text: labelOf(merchant) }, ...row, { text: sinceOf(merchant) }]),
    ),
  ];
  if (look.width === undefined || naturalWidth(inOne, indent) <= look.width) {
    return columns(inOne, look.width, indent);
  }
  const lines = columns([head, ...groups.flatMap(({ rows }) => rows)], look.width, indent.repeat(2));
  let next = 1;
  return [
    lines[0] as string,
    ...groups.flatMap(({ merchant, rows }) => {
      const since = sinceOf(merchant);
      const title = prose(`${labelOf(merchant)}${since === "" ? "" : `, changed at ${since}`}`, look);
      next += rows.length;
      return [title, ...lines.slice(next - rows.length, next)];
    }),
  ];
}

function driftedRows({ properties }: MerchantReport, look: Look): Cell[][] {
  const rows = properties.map((property) => {
    const { program, pinterest } = shownValues(property, shownAtMost);
    return [
      { text: short(property.name) },
      valueCell(program, "green", look),
      valueCell(pinterest, "red", look),
    ];
  });
  return rows.length > 0 ? rows : [[dim("not reported", look), { text: "" }, { text: "" }]];
}

function valueCell({ kind, text }: ShownValue, colour: "green" | "red", look: Look): Cell {
  return { text, style: (line) => look.style(kind === "value" ? colour : "dim", line) };
}

function missing(stack: StackReport, look: Look): string[] {
  const { noun } = look.source;
  const entries = withStatus([stack], "missing");
  if (entries.length === 0) return [];
  return [
    `${heading("Missing", "yellow", "Pinterest has no such integration.", look)}\n${names(
      entries.map(({ merchant }) => merchant),
      look,
    )}`,
    ...waysToFix(
      entries,
      look,
      (command) => `To recreate them, run \`${command}\`. Otherwise, remove them from the ${noun}.`,
    ),
  ];
}

function waysToFix(entries: readonly Entry[], look: Look, inWords: (command: string) => string): string[] {
  const { phase, source } = look;
  const advised =
    phase === undefined ? entries : entries.filter(({ merchant }) => merchant.advice !== undefined);
  return waysOut(advised, (stack) => inWords(source.fix(stack))).map((text) => prose(text, look));
}

function unchecked(stack: StackReport, look: Look): string[] {
  const { afterRevocation } = look.source;
  const entries = entriesOf([stack], ({ status }) => status === "revoked" || status === "unreachable");
  return failureGroups(entries).map(({ status, reason, advice, merchants }) => {
    const [title, meaning] =
      status === "revoked"
        ? (["Revoked", "Pinterest rejects the account."] as const)
        : (["Unreachable", "Pinterest did not answer, or the account has no token."] as const);
    return [
      heading(title, "red", meaning, look),
      namesTogether(merchants, look),
      ...(reason === undefined ? [] : [prose(reason, look, indent.repeat(2))]),
      ...(advice === undefined || advice === reason ? [] : [prose(advice, look, indent.repeat(2))]),
      ...(status === "revoked" && afterRevocation !== undefined ? [prose(afterRevocation, look)] : []),
    ].join("\n");
  });
}

function pending(stack: StackReport, look: Look): string[] {
  const { noun, bringUp } = look.source;
  const entries = entriesOf([stack], ({ pending }) => pending.length > 0);
  if (entries.length === 0) return [];
  const rows = entries.map(({ merchant }) => [
    { text: labelOf(merchant) },
    { text: merchant.pending.map(short).join(", ") },
  ]);
  return [
    `${heading("Pending", "cyan", `changes of the ${noun} that are not deployed. Run \`${bringUp(stack)}\` to deploy them.`, look)}\n${columns(rows, look.width, indent).join("\n")}`,
  ];
}

function unmanaged(stack: StackReport, report: DriftReport, look: Look): string[] {
  const own = unmanagedGroups(report.stacks).filter((group) => group.stack === stack);
  return own.map((group) => {
    const rows = group.integrations.map(({ externalBusinessId, integrationId }) => [
      { text: externalBusinessId === undefined ? "(no external business ID)" : short(externalBusinessId) },
      dim(integrationId === undefined ? "" : `integration ID ${short(integrationId)}`, look),
    ]);
    const of = detailsOf({ account: group.account, provider: group.provider });
    const { command, advice } = howToImport(group);
    const unfit = unfitIds(group);
    return [
      heading(
        `Unmanaged${of.length > 0 ? ` (${of.join(", ")})` : ""}`,
        "cyan",
        "no program of this report manages them.",
        look,
      ),
      ...columns(rows, look.width, indent),
      // Keep the command on one line, so that it can be copied. The terminal can wrap it.
      ...(command === undefined ? [] : [`  Import them:\n    ${command}`]),
      ...(advice === undefined ? [] : [prose(advice, look)]),
      ...unfit.map(({ id, problem }) =>
        prose(`Cannot be imported: '${short(id)}' ${visible(problem)}.`, look),
      ),
    ].join("\n");
  });
}

function unlisted(stack: StackReport, look: Look): string[] {
  const entries = unlistedOf([stack]);
  if (entries.length === 0) return [];
  const lines = entries.flatMap(({ unlisted, reason }) => [
    prose(unlistedInWords(unlisted), look),
    ...(reason === undefined ? [] : [prose(reason, look, indent.repeat(2))]),
  ]);
  return [[heading("Not listed", "red", unlistedMeaning, look), ...lines].join("\n")];
}

/** A section's title in its color, and its meaning. */
function heading(
  title: string,
  colour: "red" | "yellow" | "green" | "cyan",
  meaning: string,
  look: Look,
): string {
  const [first = "", ...rest] = wrap(`${title}: ${meaning}`, look.width ?? proseWidth);
  return [first.replace(title, (text) => look.style(colour, text)), ...rest].join("\n");
}

function names(merchants: readonly MerchantReport[], look: Look): string {
  return merchants.map((merchant) => prose(labelOf(merchant), look)).join("\n");
}

/** Up to three names on one line each, more in one paragraph. */
function namesTogether(merchants: readonly MerchantReport[], look: Look): string {
  if (merchants.length <= 3) return names(merchants, look);
  const text = `${counted(merchants.length, "merchant")}: ${merchants.map(labelOf).join(", ")}`;
  const width = Math.max((look.width ?? proseWidth) - indent.length, 20);
  return wrap(text, width)
    .map((line) => `${indent}${line}`)
    .join("\n");
}

function uncompared(report: DriftReport, look: Look): string[] {
  const names = uncomparedOf(report);
  if (names.length === 0) return [];
  const text = `${names.map(short).join(", ")}. Partner tokens and e-mail are compared with ${look.source.compareSecrets} only.`;
  return [heading("Not compared", "cyan", text, look)];
}

function lastLine(report: DriftReport, look: Look): string {
  const { exitCode } = report;
  const colour = exitCode === 0 ? "green" : exitCode === 7 ? "yellow" : "red";
  const end = look.phase === "Before the fix" ? "" : ` ${exitCodeInWords(report, look.source)}`;
  const text = `${countsInWords(report)}.${end}`;
  return styledLines(text, ["bold", colour], look);
}

function styledLines(text: string, style: Parameters<Look["style"]>[0], look: Look): string {
  return wrap(text, look.width ?? proseWidth)
    .map((line) => look.style(style, line))
    .join("\n");
}

/** A string from outside, wrapped and indented. Its line ends stay. */
function prose(text: string, look: Look, before = indent): string {
  const width = Math.max((look.width ?? proseWidth) - before.length, 20);
  return visibleLines(shorten(text, proseAtMost))
    .flatMap((line) => wrap(line, width))
    .map((line) => `${before}${line}`.trimEnd())
    .join("\n");
}

function labelOf(merchant: MerchantReport): string {
  const details = detailsOf(merchant).map((detail) => shorten(detail, shownAtMost));
  return `${short(merchant.name)}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function short(text: string): string {
  return shorten(visible(text), shownAtMost);
}

function dim(text: string, look: Look): Cell {
  return { text, style: (line) => look.style("dim", line) };
}
