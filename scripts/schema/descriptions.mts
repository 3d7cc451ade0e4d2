import ts from "typescript";

/** A declaration's comment with its errors and its default, as Markdown. Empty without a comment. */
export function descriptionOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const errors = tagsOf(symbol, "throws", checker).map((text) => `Fails ${text.replace(/^\w*Error /, "")}`);
  const fallback = defaultOf(symbol, checker);
  const defaults = fallback === undefined ? [] : [`Default: ${fallback}.`];
  return [textOf(symbol, checker), ...errors, ...defaults].filter(Boolean).join("\n\n");
}

/** A declaration's comment without its tags, as Markdown. */
export function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return markdown(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
}

/** The default that a declaration's comment names, as Markdown. */
export function defaultOf(symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  return tagsOf(symbol, "default", checker)[0]?.replace(/^"(.*)"$/, "`$1`");
}

function tagsOf(symbol: ts.Symbol, tag: string, checker: ts.TypeChecker): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === tag)
    .map(({ text }) => markdown(ts.displayPartsToString(text)));
}

/** Whether a declaration has a tag with this text. */
export function hasTag(symbol: ts.Symbol, tag: string, value: string): boolean {
  return symbol
    .getJsDocTags()
    .some(({ name, text }) => name === tag && ts.displayPartsToString(text) === value);
}

/** Removes TypeScript examples, link tags and line breaks within paragraphs. */
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
