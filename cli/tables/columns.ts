import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

/** Space between two columns. */
const gap = "  ";
/** Minimum width of a column, even on a narrow terminal. */
const narrowest = 8;

/** A cell: plain text, and a function that colors it after wrapping. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** Aligns rows in columns without lines, wrapped to `width`. A row is returned as its lines. */
export function columns(
  rows: readonly (readonly Cell[])[],
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

/** Width of the rows without wrapping. */
export function naturalWidth(rows: readonly (readonly Cell[])[], indent: string): number {
  return indent.length + rowWidth(naturalWidths(rows));
}

function naturalWidths(rows: readonly (readonly Cell[])[]): number[] {
  return (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index]?.text ?? "")), 0),
  );
}

function rowWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + gap.length + width, -gap.length);
}

function padded(text: string, width: number, style: Cell["style"]): string {
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
export function wrap(text: string, width: number): string[] {
  const [indent = ""] = /^ {0,4}/.exec(text) ?? [];
  const lines = wrapAnsi(text, width - indent.length).split("\n");
  return lines.map((line) => indent + line);
}
