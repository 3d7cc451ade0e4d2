// The little of Markdown that the report needs.

export type Row = readonly string[];

/** A table whose first columns are text and whose others are figures, aligned to the right. */
export function table(head: Row, rows: readonly Row[], textColumns = 1): string {
  const rule = head.map((_, column) => (column < textColumns ? "---" : "--:"));
  return [head, rule, ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** A heading with what is under it; nothing where nothing is. */
export function section(heading: string, ...paragraphs: readonly (string | undefined)[]): string {
  const written = paragraphs.filter((paragraph) => paragraph);
  return written.length === 0 ? "" : [heading, ...written].join("\n\n");
}

export function page(...sections: readonly string[]): string {
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

export function image(alt: string, file: string): string {
  return `![${alt.replaceAll(/[[\]]/g, "\\$&")}](${file})`;
}
