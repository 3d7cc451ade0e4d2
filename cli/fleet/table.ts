import type { Terminal } from "../terminal";
import { columns } from "../text/columns";
import { shorten, visible } from "../text/visible";

/** The longest cell, in characters; --json has all of a text. */
const cellAtMost = 2_000;

/** Rows of texts, which may come from outside, in aligned columns. */
export function table(rows: readonly (readonly string[])[], { width }: Pick<Terminal, "width">): string[] {
  const cells = rows.map((row) => row.map((text) => ({ text: visible(shorten(text, cellAtMost)) })));
  return columns(cells, width, "  ");
}
