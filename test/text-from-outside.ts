import { expect } from "@jest/globals";

/** A million characters: more than a message, a name or a value should have. */
export const million = "ab".repeat(500_000);

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
  ["pairs of surrogates", "🛍️".repeat(1_000)],
  // What regular expressions may search again and again.
  ["markup that is not closed", "<".repeat(200_000)],
  ["colors of the engine that are not closed", "<{%".repeat(70_000)],
  ["a run of spaces", `a${" ".repeat(200_000)}b`],
  ["a million characters", million],
];

/** Whatever a terminal interprets, reorders or cannot encode. */
export const notPrintable = /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]|\p{Cs}/u;

/** The most that a command prints with a text in every place, in characters. */
const printedAtMost = 250_000;

/** Fails if a text is not fit for a terminal: it sends commands, reorders text, is malformed, or floods the screen. */
export function expectPrintable(printed: string): void {
  // Jest would print all of a long text.
  expect(notPrintable.exec(printed)?.[0]).toBeUndefined();
  expect(printed.length).toBeLessThan(printedAtMost);
}
