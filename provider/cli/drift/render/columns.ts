import CliTable from "cli-table3";

/** What stands between two columns. */
const gap = 2;
/** No column is made narrower than this, however narrow the terminal. */
const narrowest = 8;

const noLines = Object.fromEntries(
  [
    ["top", "bottom", "left", "right", "mid", "middle"],
    ["top-mid", "top-left", "top-right", "bottom-mid", "bottom-left", "bottom-right"],
    ["left-mid", "mid-mid", "right-mid"],
  ]
    .flat()
    .map((name) => [name, ""]),
);

/** One cell: plain text, and how it is coloured once it is wrapped. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** Rows in aligned columns without lines; wrapped into `width` where there is one. Every line begins with `indent`. */
export function columns(
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
  indent = "  ",
): string {
  const natural = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => displayWidth(row[index]?.text ?? ""))),
  );
  const widths = fitted(natural, width === undefined ? undefined : width - indent.length);
  const table = new CliTable({
    chars: { ...noLines, middle: " ".repeat(gap) },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push(
      row.map(({ text, style = (plain) => plain }, index) =>
        wrap(text, widths[index] ?? narrowest)
          .map((line) => (line === "" ? line : style(line)))
          .join("\n"),
      ),
    );
  }
  return table
    .toString()
    .split("\n")
    .map((line) => `${indent}${line}`.trimEnd())
    .join("\n");
}

/** Takes from the widest columns what does not fit. */
function fitted(natural: readonly number[], width: number | undefined): number[] {
  const widths = [...natural];
  const room = () => (width as number) - widths.reduce((sum, one) => sum + one, gap * (widths.length - 1));
  while (width !== undefined && room() < 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Lines of at most `width`, broken between words where that does not leave most of a line empty. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const character of text) {
    const wide = characterWidth(character);
    if (used + wide > width && line !== "") {
      const space = character === " " ? -1 : line.lastIndexOf(" ");
      const carried = space > line.length / 2 ? line.slice(space + 1) : "";
      lines.push(line.slice(0, line.length - carried.length).trimEnd());
      line = character === " " && carried === "" ? "" : carried + character;
      used = displayWidth(line);
    } else {
      line += character;
      used += wide;
    }
  }
  return [...lines, line];
}

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** East Asian wide characters and pictures take two columns, marks upon others none. */
function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}
