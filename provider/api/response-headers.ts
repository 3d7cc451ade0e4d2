/** A complete response, of any status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

type ResponseHead = Pick<HttpResponse, "status" | "headers">;

/** The value of a header; undefined if it is missing or repeated, because it is unclear which value applies. */
function headerOf({ headers }: Pick<HttpResponse, "headers">, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/**
 * The wait that a response asks for; undefined if it asks for none.
 *
 * - Retry-After, as seconds or a date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)). A date is compared
 *   with the response's own Date; a past one is 0.
 * - Otherwise Pinterest's x-ratelimit-reset, for a 429, or a 503 with x-ratelimit-remaining 0. It is in seconds: 67150 was recorded, the rest of a
 *   day ([Airbyte](https://github.com/airbytehq/airbyte/pull/16161)).
 */
export function retryAfterMs(response: ResponseHead, now: number): number | undefined {
  const text = headerOf(response, "retry-after");
  const seconds = wholeNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  const date = text === undefined ? undefined : parseHttpDate(text);
  if (date !== undefined) {
    return Math.max(0, date - (parseHttpDate(headerOf(response, "date") ?? "") ?? now));
  }
  const { status } = response;
  const isExhausted = status === 503 && wholeNumber(headerOf(response, "x-ratelimit-remaining")) === 0;
  const resetSeconds = wholeNumber(headerOf(response, "x-ratelimit-reset"));
  return resetSeconds !== undefined && (status === 429 || isExhausted) ? resetSeconds * 1000 : undefined;
}

/**
 * Parses a date in the format of HTTP ([RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
 *
 * @returns milliseconds since 1970; undefined for any other text. `Date.parse` alone accepts almost any text, and 31 February.
 */
function parseHttpDate(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isFinite(time) && new Date(time).toUTCString() === text ? time : undefined;
}

/** A rate limit: `quota` requests in each `widthMs` milliseconds. */
export interface RateLimit {
  /** Pinterest's name, without its scope ("_app_id", "_app_id_user_id"); "" if it has none. */
  readonly name: string;
  readonly quota: number;
  readonly widthMs: number;
}

/** The rate limits in a response's headers. */
export interface RateReport {
  readonly limits: readonly RateLimit[];
  /** The limit nearest exhaustion, its remaining requests, and the time until it is full again. Missing if the headers do not name it. */
  readonly nearest?: { readonly limit: RateLimit; readonly remaining: number; readonly resetMs: number };
}

/** Longer limits than a year are ignored. */
const longestWidthSeconds = 366 * 24 * 3600;

/**
 * Reads x-ratelimit-limit, x-ratelimit-remaining and x-ratelimit-reset. The first is a list, similar to the
 * [RateLimit header draft](https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-02):
 * `60, 100;w=1;name="safety_net_app_id_user_id", 60;w=60;name="ads_read_app_id_user_id"`. Its first number is the quota nearest exhaustion, to which
 * the other two headers apply; `w` is in seconds. Items that do not match are ignored, also a quota of 0, whose wait would not end.
 */
export function readRateReport(response: Pick<HttpResponse, "headers">): RateReport {
  const items = [response.headers["x-ratelimit-limit"]].flat().join(",").split(",");
  const limits = items.map(parseLimit).filter((limit) => limit !== undefined);
  const remaining = wholeNumber(headerOf(response, "x-ratelimit-remaining"));
  const resetSeconds = wholeNumber(headerOf(response, "x-ratelimit-reset"));
  if (remaining === undefined || resetSeconds === undefined) return { limits };
  const resetMs = resetSeconds * 1000;
  const nearestQuota = Number.parseInt(items[0] ?? "", 10);
  const [limit] = limits
    .filter(({ quota, widthMs }) => quota === nearestQuota && widthMs >= resetMs)
    .sort((a, b) => a.widthMs - b.widthMs);
  return limit === undefined ? { limits } : { limits, nearest: { limit, remaining, resetMs } };
}

/** Parses an item: `60;w=60;name="ads_read_app_id"` gives the limit ads_read of 60 per 60 s; a quota of 0, `60` or other text nothing. */
function parseLimit(text: string): RateLimit | undefined {
  const [value = "", ...parameters] = text.split(";").map((part) => part.trim());
  const named = new Map(parameters.map(parseParameter));
  const seconds = wholeNumber(named.get("w")) ?? 0;
  const isLimit = /^[1-9]\d{0,14}$/.test(value) && seconds >= 1 && seconds <= longestWidthSeconds;
  if (!isLimit) return undefined;
  const name = (named.get("name") ?? "").replace(/_app_id(_user_id)?$/, "");
  return { name, quota: Number(value), widthMs: seconds * 1000 };
}

/** `name="ads_read"` gives ["name", "ads_read"]. */
function parseParameter(text: string): [string, string] {
  const [key = "", value = ""] = text.split("=").map((part) => part.trim());
  return [key.toLowerCase(), value.replace(/^"(.*)"$/, "$1")];
}
