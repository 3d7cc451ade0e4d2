import type { TransportAnswer } from "../transport";
import { parseHttpDate } from "./http-date";

type Answer = Pick<TransportAnswer, "status" | "headers">;

/**
 * How long the server asks to wait, in milliseconds: Retry-After (seconds, or a date, by the server's own clock where it
 * shows that; one that is past is 0), else Pinterest's x-ratelimit-reset on a 429, or on a 503 of which it says that nothing
 * remains. That is a number of seconds to wait and no moment (67150 was seen, the rest of a day). Undefined where it asks for none.
 */
export function toldWaitMs(answer: Answer, now: number): number | undefined {
  const asked = retryAfterMs(answer, now);
  if (asked !== undefined) return asked;
  const { status } = answer;
  const exhausted = status === 503 && secondsOf(headerOf(answer, "x-ratelimit-remaining")) === 0;
  if (status !== 429 && !exhausted) return undefined;
  const seconds = secondsOf(headerOf(answer, "x-ratelimit-reset"));
  return seconds === undefined ? undefined : seconds * 1000;
}

function retryAfterMs(answer: Answer, now: number): number | undefined {
  const text = headerOf(answer, "retry-after");
  const seconds = secondsOf(text);
  if (seconds !== undefined) return seconds * 1000;
  const until = text === undefined ? undefined : parseHttpDate(text, now);
  if (until === undefined) return undefined;
  const serverNow = parseHttpDate(headerOf(answer, "date") ?? "", now) ?? now;
  return Math.max(0, until - serverNow);
}

/** A header that is there once; repeated, nobody knows which one holds. */
export function headerOf({ headers }: Pick<Answer, "headers">, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value.trim() : undefined;
}

/** A whole number of seconds; undefined for any other text. */
export function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
