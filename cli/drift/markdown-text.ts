import { shorten, visible, visibleLines } from "../text/visible";

/** A string from outside as a code span on one line, without any markup, link or mention. */
export function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const needsRoom = /^[` ]|[` ]$/.test(shown) || shown === "";
  return needsRoom ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A table cell. Pipes are escaped, because they also split code spans. */
export function cell(markdown: string): string {
  return markdown.replaceAll("|", "\\|");
}

/** Code in prose: from a backtick at the start of a word to the first one at the end of a word, because names can contain backticks. */
const codeInProse = /(?<![^\s(])`(\S|\S.*?\S)`(?![^\s.,;:!?)])/;

/**
 * Prose from outside, such as advice, shortened to `limit` characters, without any markup or mention. Text in backticks stays code. Line
 * ends become breaks.
 */
export function prose(text: string, limit: number): string {
  return visibleLines(shorten(text, limit))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) =>
      line
        .split(codeInProse)
        .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
        .join(""),
    )
    .join("<br>");
}

/**
 * Escapes for text before a code span, where a backslash would be ambiguous. Mentions and references are recognized after Markdown is
 * parsed, when a backslash is gone.
 */
const escapes: Readonly<Record<string, string>> = {
  "\\": "&#92;",
  "`": "&#96;",
  "@": "\\@&#8203;",
  "#": "\\#&#8203;",
};

/** In one pass, so that escapes are not escaped again. */
function plain(text: string): string {
  return text.replace(
    /[\\`*_{}[\]<>|~&:$=!+@#]|^-|(?<=^\d+)[.)]|(?<=www)\./gi,
    (character) => escapes[character] ?? `\\${character}`,
  );
}

/** A string from outside in HTML. */
export function htmlCode(text: string): string {
  const named: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return `<code>${visible(text).replace(/[&<>"']/g, (character) => named[character] as string)}</code>`;
}

/** Several lines as a code block. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
