import type { Terminal } from "../terminal";
import { columns } from "../text/columns";

/** Rows of plain texts in aligned columns. */
export function table(rows: readonly (readonly string[])[], { width }: Pick<Terminal, "width">): string[] {
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return columns(cells, width, "  ");
}
