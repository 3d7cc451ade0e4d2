/** Columns of a line of the program's text, as formatters have it by default. */
export const lineWidth = 80;

/** Characters that cannot be seen, or that end a line or change the direction of what stands around them. */
export const hiddenCharacters = /\p{C}|[^\S ]/gu;

/**
 * A text as a string literal: in the quotes that need fewer escapes, and with hidden characters escaped.
 */
export function stringLiteral(text: string): string {
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  const quote = doubles > singles ? "'" : '"';
  const inside = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replace(hiddenCharacters, escaped);
  return `${quote}${inside}${quote}`;
}

/** The name of a property, quoted where it is no identifier. */
export function propertyKey(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : stringLiteral(key);
}

/** How many columns a text takes. */
export function columns(text: string): number {
  const shown = text.replace(/\p{M}/gu, "");
  const wide =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;
  return [...shown].length + (shown.match(wide)?.length ?? 0);
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return shortEscapes[character] ?? (code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`);
}
