export { shellWord } from "../text/shell";

const longestShown = 80;

/** An external business id as messages show it: it may be long, and hold anything. */
export function shownId(externalBusinessId: string): string {
  const text = JSON.stringify(externalBusinessId).replace(
    // What a terminal would act upon, or could not print.
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.length <= longestShown ? text : `${text.slice(0, longestShown - 2)}…"`;
}

/** An account as messages name it. */
export function shownAccount(account: string | undefined): string {
  return account === undefined ? "the default account" : `account '${account}'`;
}

/** A number of things: `1 account`, `1,250 accounts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** A list in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
