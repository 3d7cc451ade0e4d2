import { firstOf } from "./message-text";

/** A number with separators: `1,250`. */
export function figure(count: number): string {
  return count.toLocaleString("en-US");
}

/** A number of things: `1 account`, `1,250 accounts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${figure(count)} ${count === 1 ? noun : plural}`;
}

/** A list in a sentence: `a`, `a and b`, `a, b and c`. */
export function joinWithAnd(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Commands as code in a sentence. */
export function asCode(commands: readonly string[]): string {
  return firstOf(commands.map((command) => `\`${command}\``));
}

/** A string with a capital first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
