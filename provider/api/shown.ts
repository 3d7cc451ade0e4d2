const hidden = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;

/** The longest text that messages show whole, in characters: Pinterest's longest external business ID. */
const longestShown = 2048;

/** Text from outside in a message, such as a name: without characters that give a terminal commands or reorder text. */
export function shownText(text: string): string {
  return escapeHidden(shortened(text));
}

/** The same in quotes, in which it is JSON. */
export function quoted(text: string): string {
  return escapeHidden(JSON.stringify(shortened(text)));
}

/** JSON without characters that give a terminal commands or reorder text. */
export function escapeHidden(json: string): string {
  return json.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function shortened(text: string): string {
  return text.length <= longestShown
    ? text
    : `${text.slice(0, longestShown).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Ends a text with a period if it does not end a sentence already. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
