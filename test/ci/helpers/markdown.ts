/**
 * The first table under a heading of a Markdown text: for each row its first cell, and the others by the names of their columns. Code
 * is without its backticks.
 *
 * @throws Error where there is no such heading or table.
 */
export function tableUnder(heading: string, markdown: string): Map<string, Record<string, string>> {
  const [, rest = ""] = markdown.split(`\n${heading}\n`);
  const [table = ""] = /(^\|.*\n)+/m.exec(rest) ?? [];
  const [columns, , ...rows] = table.trim().split("\n").map(cellsOf);
  if (columns === undefined || rows.length === 0) throw new Error(`there is no table under "${heading}"`);
  return new Map(
    rows.map(([first = "", ...cells]) => [
      first,
      Object.fromEntries(cells.map((cell, index) => [columns[index + 1] ?? "", cell])),
    ]),
  );
}

const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("`", ""));

/**
 * The first block of code under a heading of a Markdown text.
 *
 * @throws Error where there is none.
 */
export function codeUnder(heading: string, markdown: string): string {
  const [, rest = ""] = markdown.split(`\n${heading}\n`);
  const [, code] = /^```.*\n([\s\S]*?)\n```$/m.exec(rest) ?? [];
  if (code === undefined) throw new Error(`there is no code under "${heading}"`);
  return code;
}
