import CliTable from "cli-table3";

/** What stands between two columns. */
const gap = "  ";
/** The last column is made no narrower than this, however narrow the terminal. */
const narrowest = 24;

const noLines = Object.fromEntries(
  [
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
  ]
    .flat()
    .map((name) => [name, ""]),
);

/**
 * Rows in aligned columns without lines. Where there is a width, the last column is wrapped into what the others leave; only it may
 * be coloured.
 */
export function tableOf(rows: readonly (readonly string[])[], width: number | undefined): string {
  const last = (rows[0]?.length ?? 1) - 1;
  const others = Array.from({ length: last }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  const taken = others.reduce((sum, one) => sum + one + gap.length, 0);
  const table = new CliTable({
    chars: { ...noLines, middle: gap },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    wordWrap: true,
    ...(width === undefined
      ? {}
      : { colWidths: [...others.map(() => null), Math.max(width - taken, narrowest)] }),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
