import type { RateLimit } from "./header";

/** What is left of a quota after it was met all the same. */
const afterRefusal = 0.7;
/** What comes back of it with each width of the window, or each minute, without another refusal. */
const recoveryPercent = 10;
const longestRecoveryMs = 60_000;

/**
 * One limit and what has been used of it. A request uses it from the moment it is sent until the limit's width after its
 * answer came, so that however the server's own windows lie, none of them sees more than the quota.
 */
export class RateWindow {
  quota: number;
  readonly name: string;
  readonly widthMs: number;
  /** When the answers of the requests in use came, oldest first. */
  #answeredAt: number[];
  /** How much of the quota to use, since a moment. */
  #share = { percent: 100, since: 0 };
  /** Use by others, as far as the server told of it. */
  #foreign = { count: 0, until: Number.NEGATIVE_INFINITY };

  /** @param like a window whose requests counted against this one too, before it was known. */
  constructor({ name, quota, widthMs }: RateLimit, like?: RateWindow) {
    this.name = name;
    this.quota = quota;
    this.widthMs = widthMs;
    this.#answeredAt = like === undefined ? [] : [...like.#answeredAt];
  }

  /** A request's answer came, or it was given up. */
  answered(now: number): void {
    this.#answeredAt.push(now);
  }

  /**
   * Takes in what the server says is left until the limit is full again. Where that is less than was used from here, somebody
   * else uses the limit too.
   *
   * @param inFlight requests without an answer, which the server may have counted.
   */
  believe(remaining: number, resetMs: number, inFlight: number, now: number): void {
    const count = this.quota - remaining - this.#used(now) - inFlight;
    if (count >= this.#foreignUse(now)) this.#foreign = { count: Math.max(0, count), until: now + resetMs };
  }

  /**
   * The limit was met though there seemed to be room: others use it, or it is lower than the server says.
   *
   * @param until when it is used again.
   */
  useLess(now: number, until: number): void {
    this.#share = { percent: this.#percentAt(now) * afterRefusal, since: until };
  }

  /** How many requests fit in, at least 1. */
  quotaAt(now: number): number {
    return Math.max(1, Math.floor((this.quota * this.#percentAt(now)) / 100));
  }

  /** The earliest moment at which one more request fits: now, or later; Infinity where that depends on an answer. */
  fitsAt(inFlight: number, now: number): number {
    const excess = this.#used(now) + this.#foreignUse(now) + inFlight - (this.quotaAt(now) - 1);
    if (excess <= 0) return now;
    const foreign = this.#foreignUse(now);
    const { until } = this.#foreign;
    const ownEnd = (index: number): number =>
      (this.#answeredAt[index] ?? Number.POSITIVE_INFINITY) + this.widthMs;
    // Use from here ends one by one, in order; that by others all at once, somewhere between.
    const first = ownEnd(excess - 1);
    if (foreign === 0 || first <= until) return first;
    const stillTooMany = excess - foreign;
    return stillTooMany <= 0 ? until : Math.max(until, ownEnd(stillTooMany - 1));
  }

  #percentAt(now: number): number {
    const { percent, since } = this.#share;
    const spans = Math.floor((now - since) / Math.min(this.widthMs, longestRecoveryMs));
    return spans > 0 ? Math.min(100, percent + recoveryPercent * spans) : percent;
  }

  #used(now: number): number {
    const firstInUse = this.#answeredAt.findIndex((moment) => moment + this.widthMs > now);
    // Mostly there is nothing to take out, and a splice makes an array.
    if (firstInUse !== 0)
      this.#answeredAt.splice(0, firstInUse === -1 ? this.#answeredAt.length : firstInUse);
    return this.#answeredAt.length;
  }

  #foreignUse(now: number): number {
    return this.#foreign.until > now ? this.#foreign.count : 0;
  }
}
