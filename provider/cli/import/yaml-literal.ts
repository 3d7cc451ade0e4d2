import { hiddenCharacters } from "./program-text-literal";

/**
 * A text as a scalar of YAML, always in quotes, so that it is nothing else: in single ones where that saves escapes, and with every
 * character escaped that cannot be seen.
 */
export function yamlString(text: string): string {
  const hidden = text.search(hiddenCharacters) >= 0;
  if (!hidden && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  const inside = text.replace(/["\\]/g, "\\$&").replace(hiddenCharacters, escaped);
  return `"${inside}"`;
}

/** A text as programs of YAML give it, which read `${…}` as an expression and `$$` as one dollar sign. */
export function yamlExpression(text: string): string {
  return yamlString(text.replaceAll("$", "$$$$"));
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  // A pair of surrogates, as JSON has it, would be two characters.
  return (
    shortEscapes[character] ?? (code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`)
  );
}
