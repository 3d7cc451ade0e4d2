/** What does not show, or changes how its neighbours show: controls, marks of direction, spaces that are no plain space. */
const hidden = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|(?! )\p{Zs}/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text from outside on one line, with everything that does not show written as an escape: a terminal is given no command. */
export function visible(text: string): string {
  return escapeHidden(text, (code, character) => short[character] ?? `\\u{${code.toString(16)}}`);
}

/** Puts what `write` makes of its code point in the place of every character that does not show. */
export function escapeHidden(text: string, write: (codePoint: number, character: string) => string): string {
  return text.replace(hidden, (character) => write(character.codePointAt(0) as number, character));
}

/** The same for prose of several lines, such as advice: line ends stay. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/** Text of at most `limit` characters: beginning and end stay. */
export function shorten(text: string, limit: number): string {
  // A character has at most two code units.
  if (text.length <= limit || (text.length <= 2 * limit && [...text].length <= limit)) return text;
  const tail = Math.floor((limit - 1) / 3);
  const head = limit - 1 - tail;
  const first = [...text.slice(0, 2 * head)].slice(0, head);
  const last = [...text.slice(-2 * tail)].slice(-tail);
  return `${first.join("")}…${last.join("")}`;
}

/** Both texts shortened so that the place where they begin to differ stays in view. */
export function shortenBoth(left: string, right: string, limit: number): [string, string] {
  const whole: [string, string] = [shorten(left, limit), shorten(right, limit)];
  if (whole[0] !== whole[1] || left === right) {
    return whole;
  }
  const [one, other] = [[...left], [...right]];
  let common = 0;
  while (one[common] === other[common]) common++;
  const from = common - Math.floor(limit / 3);
  return [clip(one, from, limit), clip(other, from, limit)];
}

function clip(characters: readonly string[], from: number, limit: number): string {
  const rest = characters.slice(from, from + limit - 2).join("");
  return `…${rest}${from + limit - 2 < characters.length ? "…" : ""}`;
}

/** A text as JSON writes it, in quotes, and with all that does not show as the escapes of JSON. */
export function visibleJson(text: string): string {
  return withJsonEscapes(JSON.stringify(text));
}

/** A document of JSON with all that does not show as escapes; line ends stay, which stand between its lines. */
export function withJsonEscapes(json: string): string {
  return escapeHidden(json, (_code, character) =>
    character === "\n"
      ? character
      : character
          .split("")
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

const longestId = 80;

/** An external business ID for messages. It can be long and contain any character. */
export function shownId(externalBusinessId: string): string {
  const text = visibleJson(externalBusinessId);
  return text.length <= longestId
    ? text
    : `${text.slice(0, longestId - 2).replace(/[\ud800-\udbff]$/, "")}…"`;
}
