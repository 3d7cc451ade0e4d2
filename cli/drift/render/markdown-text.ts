import { shorten, visible, visibleLines } from "../../text/visible";

/** Text from outside as a code span, in which Markdown, HTML, links and mentions mean nothing. On one line. */
export function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const needsRoom = /^[` ]|[` ]$/.test(shown) || shown === "";
  return needsRoom ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A cell of a table. Code spans do not hold pipes together, so each is escaped. */
export function cell(markdown: string): string {
  return markdown.replaceAll("|", "\\|");
}

/**
 * Code in prose: from a backtick that begins a word to the first that ends one, since a name in it, or beside it, may hold others.
 */
const codeInProse = /(?<![^\s(])`(\S|\S.*?\S)`(?![^\s.,;:!?)])/;

/**
 * Prose from outside, such as advice, of at most `limit` characters: nothing in it is markup, and nobody is mentioned. What
 * stands in backticks stays code. Line ends become breaks.
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
 * Before a code span, a backslash with its character could be read in two ways. Mentions and references are looked for after
 * Markdown was read, where a backslash is gone.
 */
const escapes: Readonly<Record<string, string>> = {
  "\\": "&#92;",
  "`": "&#96;",
  "@": "\\@&#8203;",
  "#": "\\#&#8203;",
};

/** All in one pass: an escape is not escaped again. */
function plain(text: string): string {
  return text.replace(
    /[\\`*_{}[\]<>|~&:$=!+@#]|^-|(?<=^\d+)[.)]|(?<=www)\./gi,
    (character) => escapes[character] ?? `\\${character}`,
  );
}

/** Text from outside within HTML. */
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

/** Several lines as a block of code. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
