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
    rows.reduce((most, row) => Math.max(most, displayWidth(row[index]?.text ?? "")), 0),
  );
}

function padded(text: string, width: number, cell: Cell | undefined): string {
  const styled = text !== "" && cell?.style !== undefined ? cell.style(text) : text;
  return styled + " ".repeat(Math.max(width - displayWidth(text), 0));
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

/** Lines of at most `width`, broken between words. A longer word is alone on its line, so that it can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/ *[^ ]+/g) ?? []) {
    if (line !== "" && displayWidth(line + word) > width) {
      lines.push(line);
      line = word.trimStart();
    } else {
      line += word;
    }
  }
  return [...lines, line];
}

/** Breaks a word that is wider than its column, so that the columns stay aligned. */
function broken(word: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const character of word) {
    if (line !== "" && displayWidth(line + character) > width) {
      lines.push(line);
      line = "";
    }
    line += character;
  }
  return [...lines, line];
}

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** East Asian wide characters and emoji take two columns, combining marks none. */
function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}
