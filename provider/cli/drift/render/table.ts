import type { Terminal } from "../../terminal";
import type { DriftReport, MerchantReport, StackReport } from "../report";
import { type Cell, columns, wrap } from "./columns";
import { entriesOf, failureGroups, unmanagedGroups, withStatus } from "./grouped";
import { howToImport } from "./import-command";
import { type ShownValue, shownTime, shownValues } from "./values";
import { shorten, visible, visibleLines } from "./visible";
import { countsInWords, detailsOf, many, meaningOf, stackInWords } from "./words";

/** Characters of a name or value that are shown. */
const shownAtMost = 80;
/** How wide prose is set where no terminal gives a width. */
const proseWidth = 110;

type Look = Pick<Terminal, "width" | "style">;

/** The report for somebody at a terminal; merchants without difference are only counted. Without a line end at its end. */
export function renderTable(report: DriftReport, terminal: Look): string {
  return [
    ...report.stacks.map((stack) => stackInTable(stack, report, terminal)),
    lastLine(report, terminal),
  ].join("\n\n");
}

function stackInTable(stack: StackReport, report: DriftReport, look: Look): string {
  const same = withStatus([stack], "same").length;
  const isEmpty = stack.merchants.length === 0 && stack.errors.length === 0;
  return [
    look.style("bold", stackInWords(stack)),
    ...errors(stack, look),
    ...drifted(stack, look),
    ...gone(stack, look),
    ...unchecked(stack, look),
    ...pending(stack, look),
    ...unmanaged(stack, report, look),
    ...(same > 0 ? [`${look.style("green", "Same")}: ${many(same, "merchant")} as brought up.`] : []),
    ...(isEmpty ? ["No merchant has been brought up yet."] : []),
  ].join("\n\n");
}

function errors({ errors }: StackReport, look: Look): string[] {
  if (errors.length === 0) return [];
  return [`${look.style("red", "Failed")}\n${errors.map((error) => prose(error, look)).join("\n")}`];
}

function drifted(stack: StackReport, look: Look): string[] {
  const entries = withStatus([stack], "drifted");
  if (entries.length === 0) return [];
  const rows = entries.flatMap(({ merchant }) => driftedRows(merchant, look));
  const head = ["Merchant", "Property", "Program", "Pinterest", "Changed at (UTC)"].map((text) =>
    dim(text, look),
  );
  return [
    `${look.style("yellow", "Drifted")}: Pinterest holds something else than was brought up.\n${columns([head, ...rows], look.width)}`,
    prose(
      "Write the program's values over it with `pulumi-pinterest drift --heal`, or take Pinterest's values into the program.",
      look,
    ),
  ];
}

function driftedRows(merchant: MerchantReport, look: Look): Cell[][] {
  const since = merchant.since === undefined ? "" : shownTime(merchant.since);
  const rows = merchant.properties.map((property) => {
    const { program, pinterest } = shownValues(property, shownAtMost);
    return [
      { text: short(property.name) },
      valueCell(program, "green", look),
      valueCell(pinterest, "red", look),
      { text: since },
    ];
  });
  const all = rows.length > 0 ? rows : [[dim("not told", look), { text: "" }, { text: "" }, { text: since }]];
  // A terminal is read from top to bottom; elsewhere each line has to stand by itself.
  return all.map((row, index) => [
    { text: index === 0 || look.width === undefined ? labelOf(merchant) : "" },
    ...row,
  ]);
}

function valueCell({ kind, text }: ShownValue, colour: "green" | "red", look: Look): Cell {
  return { text, style: (line) => look.style(kind === "value" ? colour : "dim", line) };
}

function gone(stack: StackReport, look: Look): string[] {
  const entries = withStatus([stack], "gone");
  if (entries.length === 0) return [];
  return [
    `${look.style("yellow", "Gone")}: Pinterest has no such integration any more.\n${names(
      entries.map(({ merchant }) => merchant),
      look,
    )}`,
    prose("Make them anew with `pulumi-pinterest drift --heal`, or take them out of the program.", look),
  ];
}

function unchecked(stack: StackReport, look: Look): string[] {
  const entries = entriesOf([stack], ({ status }) => status === "revoked" || status === "unreachable");
  return failureGroups(entries).map(({ status, reason, advice, merchants }) => {
    const [title, meaning] =
      status === "revoked"
        ? ["Revoked", "Pinterest refuses the account."]
        : ["Unreachable", "Pinterest could not be asked."];
    return [
      `${look.style("red", title)}: ${meaning}`,
      names(merchants, look),
      ...(reason === undefined ? [] : [prose(reason, look, "    ")]),
      ...(advice === undefined || advice === reason ? [] : [prose(advice, look, "    ")]),
    ].join("\n");
  });
}

function pending(stack: StackReport, look: Look): string[] {
  const entries = entriesOf([stack], ({ pending }) => pending.length > 0);
  if (entries.length === 0) return [];
  const rows = entries.map(({ merchant }) => [
    { text: labelOf(merchant) },
    { text: merchant.pending.map(short).join(", ") },
  ]);
  return [
    `${look.style("cyan", "Not brought up yet")}: changes of the program, no drift. \`pulumi up\` brings them up.\n${columns(rows, look.width)}`,
  ];
}

function unmanaged(stack: StackReport, report: DriftReport, look: Look): string[] {
  const own = unmanagedGroups(report.stacks).filter((group) => group.stack === stack);
  return own.map((group) => {
    const rows = group.integrations.map(({ externalBusinessId, integrationId }) => [
      { text: externalBusinessId === undefined ? "(no external business id)" : short(externalBusinessId) },
      dim(integrationId === undefined ? "" : `number ${visible(integrationId)}`, look),
    ]);
    const of = detailsOf({ account: group.account, provider: group.provider });
    const { command, advice } = howToImport(group);
    return [
      `${look.style("cyan", "Unmanaged")}${of.length > 0 ? ` (${of.join(", ")})` : ""}: no program of this report manages them.`,
      columns(rows, look.width),
      // The command is one line to copy: the terminal itself may break it.
      ...(command === undefined ? [] : [`  Import them:\n    ${command}`]),
      ...(advice === undefined ? [] : [prose(`To import them: ${advice}.`, look)]),
    ].join("\n");
  });
}

function names(merchants: readonly MerchantReport[], look: Look): string {
  return merchants.map((merchant) => prose(labelOf(merchant), look)).join("\n");
}

function lastLine(report: DriftReport, look: Look): string {
  const { exitCode } = report;
  const colour = exitCode === 0 ? "green" : exitCode === 7 ? "yellow" : "red";
  return wrap(
    `${countsInWords(report)}. Exit code ${exitCode}: ${meaningOf(exitCode)}.`,
    look.width ?? proseWidth,
  )
    .map((line) => look.style(["bold", colour], line))
    .join("\n");
}

/** Text from outside, wrapped and indented, its line ends kept. */
function prose(text: string, look: Look, indent = "  "): string {
  const width = Math.max((look.width ?? proseWidth) - indent.length, 20);
  return visibleLines(text)
    .flatMap((line) => wrap(line, width))
    .map((line) => `${indent}${line}`.trimEnd())
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
