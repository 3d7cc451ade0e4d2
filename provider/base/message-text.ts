import { shorten, visible, visibleJson } from "./visible";

/** Limit for the code units of a name in a message: the length of an external business ID (API description 5.23.0, IntegrationLog). */
const longestName = 2048;

/** A string from outside, such as a name, in one line of limited length. */
export function shownText(text: string): string {
  return shortName(visible(text));
}

/** Shortens a long name in the middle. Counts code units, of which a character can have two. */
function shortName(text: string): string {
  return text.length <= longestName ? text : shorten(text, longestName / 2);
}

/** An account in a sentence: "account 'shop-a'", "account 'shop-a' of provider 'south'". @param provider the explicit provider's name. */
export function accountInWords(account: string | undefined, provider?: string): string {
  const names = [
    ...(account === undefined ? [] : [`account '${shownText(account)}'`]),
    ...(provider === undefined ? [] : [`provider '${shownText(provider)}'`]),
  ];
  return names.join(" of ") || "the default account";
}

/** The same as {@link shownText}, as a JSON string. */
export function quoted(text: string): string {
  return visibleJson(shortName(text));
}

/** Numbers of characters for {@link oneLine}: of a name or ID, of a part of a response, of an explanation, and of Pinterest's message. */
export const lineLimits = { name: 100, excerpt: 300, explanation: 500, message: 1_000 } as const;

/** Text from outside in one line of limited length, without markup, control characters and characters that reorder text. */
export function oneLine(text: string, limit: number): string {
  let plain = text;
  if (/^\s*</.test(text)) {
    // Limited, because each unclosed `<script>` is searched to the end.
    const page = text.slice(0, 50_000).replace(/<(script|style)\b.*?<\/\1\s*>/gis, " ");
    plain = page.replace(/<[^<>]*>/g, " ");
  }
  const line = plain.replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, " ").trim();
  return (line.length <= limit ? line : `${line.slice(0, limit)}…`).toWellFormed();
}

/** The message of an error, or another thrown value as a string. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A summary with the ID of the request that failed, for Pinterest's support. */
export function withRequestId(summary: string, requestId: string | undefined): string {
  return requestId === undefined ? summary : `${summary} (request ID ${requestId})`;
}

/** Ends a text with a period if it does not end a sentence already. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The kind of a value, for messages that must not contain the value, because it may be a secret. */
export function describe(value: unknown): string {
  if (value === "") return "an empty string";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return value.length === 1 ? "a string of one character" : `a string of ${value.length} characters`;
    case "number":
      if (value === 0) return "0";
      if (Number.isInteger(value)) return value < 0 ? "a negative number" : "a number";
      return Number.isFinite(value) ? "a number that is not whole" : "not a number";
    case "boolean":
      return "true or false";
    case "object":
      return value === null ? "null" : "an object";
    default:
      return `a ${typeof value}`;
  }
}

/**
 * The allowed names nearest to a misspelled one, nearest first, ignoring case: at most three, each at most one edit farther than the
 * nearest.
 *
 * @param edits limit for the edits between the name and the nearest.
 */
export function nearestNames(name: string, allowed: readonly string[], edits = 3): string[] {
  // A name can have a million characters. At least the difference in length is edits.
  if (!allowed.some((candidate) => Math.abs(candidate.length - name.length) <= edits)) return [];
  // Loaded on first use, because most programs have no mistake.
  const { distance } = require("fastest-levenshtein") as typeof import("fastest-levenshtein");
  const candidates = allowed
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.away - right.away);
  const nearest = candidates[0]?.away ?? 0;
  if (nearest > edits) return [];
  return candidates
    .filter(({ away }) => away <= nearest + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/**
 * The problem of a name that is not allowed, as a predicate.
 *
 * @param what the kind of name: "argument of a log entry".
 */
export function problemWithUnknown(
  name: string,
  what: string,
  allowed: readonly string[],
  edits?: number,
): string {
  const nearest = nearestNames(name, allowed, edits);
  const hint = nearest.length === 0 ? `; use one of: ${allowed.join(", ")}` : didYouMean(nearest, "");
  return `is not ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}${hint}`;
}

/** The suggestions as the end of a sentence; `otherwise` if there are none. */
export function didYouMean(nearest: readonly string[], otherwise: string): string {
  if (nearest.length === 0) return otherwise;
  const names = new Intl.ListFormat("en-US", { type: "disjunction" }).format(
    nearest.map((name) => `\`${name}\``),
  );
  return `; did you mean ${names}?`;
}

/** Number of items that a sentence names. */
const namedAtMost = 10;

/** The first items, and the number of others: `a, b and 12 more`. */
export function firstOf(items: readonly string[], atMost = namedAtMost, separator = ", "): string {
  const more = items.length - atMost;
  return more > 0 ? `${items.slice(0, atMost).join(separator)} and ${more} more` : items.join(separator);
}
