import ts from "typescript";

/** What stands above a declaration, as the schema's Markdown. Empty where nothing does. */
export function descriptionOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol.getJsDocTags(checker).flatMap(({ name, text: parts }) => {
    const said = markdown(ts.displayPartsToString(parts));
    if (name === "throws") return [`Fails ${said.replace(/^\w*Error /, "")}`];
    if (name === "default") return [`Default: ${said}.`];
    return [];
  });
  return [markdown(text), ...tags].filter(Boolean).join("\n\n");
}

/** Whether a declaration has a tag. */
export function hasTag(symbol: ts.Symbol, tag: string, value: string): boolean {
  return symbol
    .getJsDocTags()
    .some(({ name, text }) => name === tag && ts.displayPartsToString(text) === value);
}

/** Without the code of this package's own language, links and line breaks inside of paragraphs. */
function markdown(comment: string): string {
  return comment
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(
      /\{@link\s+([^}\s|]+)(?:[\s|]+([^}]*))?\}/g,
      (_, target, label) => label?.trim() || `\`${target}\``,
    )
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, " "))
    .filter(Boolean)
    .join("\n\n");
}
