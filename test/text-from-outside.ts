import { expect } from "@jest/globals";

/** Strings that Pinterest, an account command, a merchant list or state can contain, each with its name. */
export const textsFromOutside: readonly (readonly [name: string, text: string])[] = [
  ["half of a surrogate pair", "shop \ud83d"],
  ["the other half", "\ude00 shop"],
  ["a NUL character", "a\0b"],
  ["line separators of Unicode", "a\u2028b\u2029c"],
  ["marks that reorder text", "\u202eevil\u2066\u200f"],
  ["terminal commands", "\u001b]0;title\u0007\u001b[2J\u009b31m\u001b[31mred"],
  ["line ends and tabs", "a\r\nb\nc\td"],
  ["HTML", `<script>alert(1)</script>"><img src=x onerror='x()'></td></table><!--`],
  ["Markdown", "a | b `c` ``d`` [e](https://x.example) @octocat #1 </details>\n\n# f"],
  ["pairs of surrogates", "🛍️".repeat(100)],
  // A regular expression that backtracks takes very long for each of these.
  ["markup that is not closed", "<".repeat(10_000)],
  ["colors of the engine that are not closed", "<{%".repeat(4_000)],
  ["a run of spaces", `a${" ".repeat(10_000)}b`],
  ["more characters than any output may have", "ab".repeat(50_000)],
];

/** Characters that a terminal interprets, reorders or cannot encode. */
export const unsafeCharacters = /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]|\p{Cs}/u;

/** The maximum number of characters in a command's output if all values in it are one of these strings. */
const maxLength = 90_000;

/** Fails if a text is not safe for a terminal: it contains commands, reorders text, is malformed, or is too long. */
export function expectPrintable(printed: string): void {
  // If `not.toMatch` failed, Jest would print the whole text.
  expect(unsafeCharacters.exec(printed)?.[0]).toBeUndefined();
  expect(printed.length).toBeLessThan(maxLength);
}
