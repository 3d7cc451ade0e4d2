/** Characters that are invisible, or change how others look: controls, direction marks, special spaces. */
const hidden =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Noncharacter_Code_Point}|\p{Default_Ignorable_Code_Point}|(?! )\p{Zs}/gu;

/** Hidden characters without line feeds. A large document has too many line feeds to call a function for each. */
const hiddenInLine = new RegExp(`(?!\\n)(?:${hidden.source})`, hidden.flags);

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Converts a string from outside to one line. Invisible characters become escapes, so that a terminal receives no commands. */
export function visible(text: string): string {
  return escapeHidden(text, (code, character) => short[character] ?? `\\u{${code.toString(16)}}`);
}

/** Replaces each invisible character by the result of `write` for its code point. */
export function escapeHidden(text: string, write: (codePoint: number, character: string) => string): string {
  return text.replace(hidden, (character) => write(character.codePointAt(0) as number, character));
}

/** Like {@link visible}, for prose of several lines, such as advice. Keeps line ends. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/** Shortens a string to `limit` characters. Its start and end stay. */
export function shorten(text: string, limit: number): string {
  // A character has at most two code units.
  if (text.length <= limit || (text.length <= 2 * limit && [...text].length <= limit)) return text;
  const tail = Math.floor((limit - 1) / 3);
  const head = limit - 1 - tail;
  const first = [...text.slice(0, 2 * head)].slice(0, head);
  const last = [...text.slice(-2 * tail)].slice(-tail);
  return `${first.join("")}…${last.join("")}`;
}

/**
 * Shortens both strings so that the first difference stays visible. With 8 characters, "aaaaaaaaabzzzzzzzzzz" and "aaaaaaaaaczzzzzzzzzz" give
 * "…aabzzz…" and "…aaczzz…".
 */
export function shortenBoth(left: string, right: string, limit: number): [string, string] {
  const whole: [string, string] = [shorten(left, limit), shorten(right, limit)];
  if (whole[0] !== whole[1] || left === right) return whole;
  const [one, other] = [[...left], [...right]];
  let common = 0;
  while (one[common] === other[common]) common++;
  const from = common - Math.floor(limit / 3);
  return [clip(one, from, limit), clip(other, from, limit)];
}

/** At most `limit` characters from an index. */
function clip(characters: readonly string[], from: number, limit: number): string {
  const rest = characters.slice(from, from + limit - 2).join("");
  return `…${rest}${from + limit - 2 < characters.length ? "…" : ""}`;
}

/** A string as JSON, in quotes, with escapes for invisible characters. */
export function visibleJson(text: string): string {
  return withJsonEscapes(JSON.stringify(text));
}

/** A JSON document with escapes for invisible characters. The line ends between its lines stay. */
export function withJsonEscapes(json: string): string {
  return json.replace(hiddenInLine, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** An external business ID for messages, as a JSON string. It can be long and contain any character. */
export function shownId(externalBusinessId: string): string {
  return visibleJson(shorten(externalBusinessId, 78));
}
