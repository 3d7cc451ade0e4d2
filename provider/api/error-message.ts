import { type OperationName, operations } from "./operations";
import { quoted, shownText } from "./shown";

/** What was being done, to which integration. */
export interface ErrorContext {
  readonly operation: OperationName;
  /** Missing for operations on no single integration. */
  readonly externalBusinessId?: string;
  /** Pinterest's own number of the integration, for operations that go by it. */
  readonly integrationId?: string;
  /** The account's name, where it has one. */
  readonly account?: string;
}

/** What an error's message is made of. */
export interface MessageParts {
  /** As {@link attempted} says it. */
  readonly doing: string;
  /** How many requests it took, and how long; "" for one. */
  readonly after?: string;
  /** What came of it, a sentence. */
  readonly what: string;
  /** Why no more was tried. */
  readonly note?: string;
  /** What to do next. */
  readonly advice: string;
}

export function messageOf({ doing, after = "", what, note = "", advice }: MessageParts): string {
  return [`${doing} failed${after}: ${what}`, note, advice].filter(Boolean).join(" ");
}

/** What was being done on what, as the beginning of a sentence. */
export function attempted({ operation, externalBusinessId, integrationId, account }: ErrorContext): string {
  const subject = externalBusinessId ?? integrationId;
  return [
    operations[operation].doing,
    ...(subject === undefined ? [] : [quoted(subject)]),
    ...(account === undefined ? [] : [`(account '${shownText(account)}')`]),
  ].join(" ");
}

export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What an operation took in all. */
export interface Effort {
  /** How many requests were sent, or begun. */
  readonly attempts: number;
  /** How long it waited between them, or for a rate limit, in milliseconds. */
  readonly waitedMs: number;
  /** How long it took in all, in milliseconds. */
  readonly durationMs: number;
  /** Whether a write among the requests may have been carried out, though it failed. */
  readonly unclear: boolean;
}

/** The effort, as it follows "failed"; "" for a single request. */
export function effortText({ attempts, durationMs }: Effort): string {
  if (attempts <= 1) return "";
  const seconds = Number((durationMs / 1000).toFixed(durationMs < 10_000 ? 1 : 0));
  return ` after ${attempts} attempts in ${seconds} s`;
}
