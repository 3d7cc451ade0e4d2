import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";
import { firstOf } from "../../provider/base/message-text";
import { shorten, visible, visibleLines } from "../../provider/base/visible";
import type { Terminal } from "../terminal";
import { type Cell, groupInWords, labelOf, nameWithStack, shownValues, type Table } from "./table";

/** Number of characters of a name or value that are shown. */
const shownAtMost = 80;
/** Number of characters of prose in a cell. */
const textAtMost = 1_000;
/** Number of characters of a reason, advice or error that are shown. Documents have more. */
const proseAtMost = 5_000;
/** Width of prose without a terminal. */
const proseWidth = 110;
/** Number of columns from which a table that is too wide shows the first cell above its rows. */
const columnsToSplit = 4;
/** Number of integrations with the same finding that are named. Documents name more. */
const namedAtMost = 3;
const indentation = "  ";

/** The width and colors of the terminal that a table is printed to. */
export type Display = Pick<Terminal, "width" | "style">;

/**
 * The rows of a table below its header, or the items of a list. If the rows of {@link columnsToSplit} or more columns are too wide for the terminal, the
 * first cell of an item is above its rows.
 */
export function tableLines(table: Table, display: Display, indent = indentation): string[] {
  const { columns, items } = table;
  if (columns.length === 1) return listLines(table, display);
  const head = columns.map(({ head }) => dim(head, display));
  const groups = items.map(({ rows }) => rows.map((row) => row.map((cell) => columnCell(cell, display))));
  const all = [head, ...groups.flat()];
  const fits = display.width === undefined || indent.length + rowWidth(naturalWidths(all)) <= display.width;
  if (fits || columns.length < columnsToSplit) return columnLines(all, display.width, indent);
  const withoutFirst = all.map(([, ...others]) => others);
  const lines = columnLines(withoutFirst, display.width, indent + indentation);
  const lineByRow = new Map(all.map((row, index) => [row, lines[index] ?? ""]));
  return [
    lineByRow.get(head) ?? "",
    ...groups.flatMap((rows) => [
      prose(rows[0]?.[0]?.text ?? "", display, indent),
      ...rows.map((row) => lineByRow.get(row) ?? ""),
    ]),
  ];
}

function listLines({ items }: Table, display: Display): string[] {
  // There can be hundreds of names, each of which is short.
  const lineOf = (cell: Cell) =>
    cell.kind === "text"
      ? prose(cell.text, display)
      : prose(columnCell(cell, display).text, display, indentation, Number.POSITIVE_INFINITY);
  const cells = items.flatMap(({ rows }) => rows.flat());
  const names = cells.flatMap((cell) => (cell.kind === "merchants" ? cell.merchants : []));
  if (cells.every(({ kind }) => kind === "merchants") && items.every(({ reason }) => reason === undefined)) {
    return [lineOf({ kind: "merchants", merchants: names })];
  }
  return items.flatMap(({ rows, reason, advice }) => [
    ...rows.flat().map(lineOf),
    ...[reason, advice].flatMap((text) => (text ? prose(text, display, indentation.repeat(2)) : [])),
  ]);
}

function columnCell(cell: Cell, display: Display): ColumnCell {
  switch (cell.kind) {
    case "merchants":
      return { text: cell.merchants.map((merchant) => labelOf(merchant, short)).join(", ") };
    case "group": {
      const names = cell.merchants.map((one) => nameWithStack(one, short));
      return { text: `${groupInWords(cell)}: ${firstOf(names, namedAtMost)}` };
    }
    case "name":
      return { text: short(cell.name) };
    case "value": {
      const { kind, text } = shownValues(cell.property, shownAtMost)[cell.side];
      const color = cell.side === "program" ? "green" : "red";
      return { text, style: (line) => display.style(kind === "value" ? color : "dim", line) };
    }
    case "changes":
      return { text: cell.changes.map(short).join(", ") };
    case "text": {
      const { color } = cell;
      const text = visible(shorten(cell.text, textAtMost));
      return color === undefined ? { text } : { text, style: (line) => display.style(color, line) };
    }
    case "none":
      return dim(cell.text, display);
  }
}

/** A string from outside, wrapped and indented. Its line ends stay. */
export function prose(text: string, display: Display, indent = indentation, atMost = proseAtMost): string {
  const width = Math.max((display.width ?? proseWidth) - indent.length, 20);
  const lines = visibleLines(shorten(text, atMost)).flatMap((line) => wrap(line, width));
  return lines.map((line) => `${indent}${line}`.trimEnd()).join("\n");
}

/** A section's title in its color, and its meaning. */
export function heading(
  title: string,
  color: "red" | "yellow" | "green" | "cyan",
  meaning: string,
  display: Display,
): string {
  const [first = "", ...rest] = wrap(`${title}: ${meaning}`, display.width ?? proseWidth);
  return [first.replace(title, (text) => display.style(color, text)), ...rest].join("\n");
}

/** Wrapped lines, each in a style. */
export function styledLines(text: string, style: Parameters<Display["style"]>[0], display: Display): string {
  return wrap(text, display.width ?? proseWidth)
    .map((line) => display.style(style, line))
    .join("\n");
}

/** A string from outside on one line, shortened. */
export function short(text: string): string {
  return shorten(visible(text), shownAtMost);
}

function dim(text: string, display: Display): ColumnCell {
  return { text, style: (line) => display.style("dim", line) };
}

/** Space between two columns. */
const gap = "  ";
/** Minimum width of a column, even on a narrow terminal. */
const narrowest = 8;

/** A cell: plain text, and a function that colors it after wrapping. */
interface ColumnCell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** Aligns rows in columns without lines, wrapped to `width`. A row is returned as its lines. */
export function columnLines(
  rows: readonly (readonly ColumnCell[])[],
  width = Number.POSITIVE_INFINITY,
  indent = "",
): string[] {
  const widths = fitted(naturalWidths(rows), width - indent.length);
  return rows.map((row) => {
    // A word that is wider than its column is broken, so that the columns stay aligned.
    const cells = row.map(({ text, style }, index) => {
      const columnWidth = widths[index] as number;
      return { lines: wrapAnsi(text, columnWidth, { hard: true }).split("\n"), columnWidth, style };
    });
    const height = Math.max(...cells.map(({ lines }) => lines.length));
    const lines = Array.from({ length: height }, (_, line) =>
      cells.map((cell) => padded(cell.lines[line] ?? "", cell.columnWidth, cell.style)).join(gap),
    );
    return lines.map((line) => `${indent}${line.trimEnd()}`).join("\n");
  });
}

/** Widths of the columns without wrapping. */
function naturalWidths(rows: readonly (readonly ColumnCell[])[]): number[] {
  return (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index]?.text ?? "")), 0),
  );
}

function rowWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + gap.length + width, -gap.length);
}

function padded(text: string, width: number, style: ColumnCell["style"]): string {
  const styled = text === "" ? text : (style?.(text) ?? text);
  return styled + " ".repeat(Math.max(width - stringWidth(text), 0));
}

/** Shrinks the widest columns until the row fits. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let surplus = rowWidth(widths) - width; surplus > 0; surplus--) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Lines of at most `width`, with the indentation of the first one, broken between words. A longer word is alone on its line, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const [indent = ""] = /^ {0,4}/.exec(text) ?? [];
  const lines = wrapAnsi(text, width - indent.length).split("\n");
  return lines.map((line) => indent + line);
}
