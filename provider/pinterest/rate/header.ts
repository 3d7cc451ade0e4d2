import { headerOf, secondsOf } from "../retry/told-wait";
import type { TransportAnswer } from "../transport";

/** One limit: so many requests in any span of so many milliseconds. */
export interface RateLimit {
  /** Pinterest's name for it, without the scope that it ends with; "" if it has none. */
  readonly name: string;
  readonly quota: number;
  readonly widthMs: number;
}

/** What an answer's headers say of the limits that its request counted against. */
export interface RateReport {
  readonly limits: readonly RateLimit[];
  /** The limit nearest exhaustion, with what is left of it until it is full again; missing if the answer does not tell. */
  readonly nearest?: { readonly limit: RateLimit; readonly remaining: number; readonly resetMs: number };
}

/**
 * Reads x-ratelimit-limit, -remaining and -reset. The first is a list, as of the IETF's draft of RateLimit headers:
 * `60, 100;w=1;name="safety_net_app_id_user_id", 60;w=60;name="ads_read_app_id_user_id"`. Its first number alone is the
 * quota nearest exhaustion, which the two other headers are about; w is in seconds. What cannot be understood is left out.
 */
export function readRateReport(answer: Pick<TransportAnswer, "headers">): RateReport {
  const value = answer.headers["x-ratelimit-limit"];
  const { limits, nearest } = knownLimits(Array.isArray(value) ? value.join(",") : (value ?? ""));
  const remaining = secondsOf(headerOf(answer, "x-ratelimit-remaining"));
  const reset = secondsOf(headerOf(answer, "x-ratelimit-reset"));
  if (remaining === undefined || reset === undefined) return { limits };
  const resetMs = reset * 1000;
  const limit = nearest.find(({ widthMs }) => widthMs >= resetMs);
  return limit === undefined ? { limits } : { limits, nearest: { limit, remaining, resetMs } };
}

interface LimitsHeader {
  readonly limits: readonly RateLimit[];
  /** Those of the quota that the list begins with, the narrowest first. */
  readonly nearest: readonly RateLimit[];
}

/** The headers read so far: hardly more than one for each category of operations, the same in thousands of answers. */
const known = new Map<string, LimitsHeader>();
const mostKnown = 100;

function knownLimits(text: string): LimitsHeader {
  let header = known.get(text);
  if (header === undefined) {
    header = parseLimits(text);
    if (known.size >= mostKnown) known.clear();
    known.set(text, header);
  }
  return header;
}

function parseLimits(text: string): LimitsHeader {
  const items = split(text, ",").map(parseItem);
  const limits = items.flatMap((item) => (item?.limit === undefined ? [] : [item.limit]));
  const nearest = limits
    .filter(({ quota }) => quota === items[0]?.quota)
    .sort((a, b) => a.widthMs - b.widthMs);
  return { limits, nearest };
}

/** Longer ones are no rate limits. */
const longestSeconds = 366 * 24 * 3600;

function parseItem(text: string): { quota: number; limit?: RateLimit } | undefined {
  const [value = "", ...parameters] = split(text, ";").map((part) => part.trim());
  if (!/^\d{1,15}$/.test(value) || Number(value) < 1) return undefined;
  const quota = Number(value);
  const named = new Map(parameters.map(parseParameter));
  const width = secondsOf(named.get("w")) ?? 0;
  if (width < 1 || width > longestSeconds) return { quota };
  const name = (named.get("name") ?? "").replace(/_app_id(_user_id)?$/, "");
  return { quota, limit: { name, quota, widthMs: width * 1000 } };
}

function parseParameter(text: string): [string, string] {
  const [, key = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const quoted = /^"(.*)"$/s.exec(value.trim());
  return [key.trim().toLowerCase(), quoted?.[1]?.replace(/\\(.)/gs, "$1") ?? value.trim()];
}

/** Splits at a separator that stands outside quoted text. */
function split(text: string, separator: string): string[] {
  const parts = [""];
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === separator && !quoted) {
      parts.push("");
      continue;
    }
    if (character === '"') quoted = !quoted;
    const escaped = quoted && character === "\\" ? text.charAt(++index) : "";
    parts[parts.length - 1] += character + escaped;
  }
  return parts;
}
