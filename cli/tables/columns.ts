import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

/** Space between two columns. */
const gap = 2;
/** Minimum width of a column, even on a narrow terminal. */
const narrowest = 8;

/** A cell: plain text, and a function that colors it after wrapping. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** Aligns rows in columns without lines, wrapped to `width` if it is given. Each row is returned as its lines. */
export function columns(
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
  indent: string,
): string[] {
  const natural = naturalWidths(rows);
  const widths = width === undefined ? natural : fitted(natural, width - indent.length);
  return rows.map((row) => {
    const cells = row.map(({ text }, index) => {
      const width = widths[index] as number;
      return wrap(text, width).flatMap((line) => broken(line, width));
    });
    const height = Math.max(...cells.map((lines) => lines.length));
    return [...Array(height).keys()]
      .map((line) => {
        const parts = cells.map((lines, index) =>
          padded(lines[line] ?? "", widths[index] as number, row[index]),
        );
        return `${indent}${parts.join(" ".repeat(gap)).trimEnd()}`;
      })
      .join("\n");
  });
}

/** Width of the rows without wrapping. */
export function naturalWidth(rows: readonly (readonly Cell[])[], indent: string): number {
  return indent.length + naturalWidths(rows).reduce((sum, one) => sum + gap + one, -gap);
}

function naturalWidths(rows: readonly (readonly Cell[])[]): number[] {
  return (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index]?.text ?? "")), 0),
  );
}

function padded(text: string, width: number, cell: Cell | undefined): string {
  const styled = text !== "" && cell?.style !== undefined ? cell.style(text) : text;
  return styled + " ".repeat(Math.max(width - stringWidth(text), 0));
}

/** Shrinks the widest columns until the row fits. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let surplus = widths.reduce((sum, one) => sum + gap + one, -gap) - width;
  for (; surplus > 0; surplus--) {
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

/** Breaks a word that is wider than its column, so that the columns stay aligned. */
function broken(word: string, width: number): string[] {
  return wrapAnsi(word, width, { hard: true }).split("\n");
}
