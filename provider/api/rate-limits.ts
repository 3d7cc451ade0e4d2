import type { Clock } from "./clock";
import type { RateCategory } from "./operations";
import type { RateLimit, RateReport } from "./response-headers";
import { rateLimitDelay } from "./retry";

/** Pinterest's name for the limit over all categories together. */
export const safetyNet = "safety_net";

/**
 * [Pinterest's published limits](https://developers.pinterest.com/docs/reference/rate-limits/) for apps with Standard access, per user: 100 requests
 * per second in total, 1,000 ads_read and 400 ads_write requests per minute. They apply until a response names others.
 */
function publishedLimits(category: RateCategory): RateLimit[] {
  return [
    { name: safetyNet, quota: 100, widthMs: 1_000 },
    { name: category, quota: category === "ads_read" ? 1_000 : 400, widthMs: 60_000 },
  ];
}

/** Share of a quota to use after a refusal that showed it to be too high. */
const shareAfterRefusal = 0.7;
/** The share returns by 10 percentage points per width of the window, or per minute if that is shorter. */
const recoveryPercent = 10;
const longestRecoveryStepMs = 60_000;

/**
 * A rate limit and its use. A request counts from its start until the window's width after its response. Therefore no window of the server, fixed or
 * sliding, contains more requests than the quota.
 */
export class RateWindow {
  quota: number;
  readonly name: string;
  readonly widthMs: number;
  /** Times of the responses within the last width, oldest first. */
  #responses: number[];
  #share = { percent: 100, since: 0 };
  /** Requests of other programs, as far as responses showed them. */
  #others = { count: 0, until: Number.NEGATIVE_INFINITY };

  /** @param countedBy a window that counted the requests before this limit was known. */
  constructor({ name, quota, widthMs }: RateLimit, countedBy?: RateWindow) {
    this.name = name;
    this.quota = quota;
    this.widthMs = widthMs;
    this.#responses = countedBy === undefined ? [] : [...countedBy.#responses];
  }

  /** Counts a request whose response came, or that ended without one. */
  count(now: number): void {
    this.#responses.push(now);
  }

  /**
   * Applies what a response says about the remaining requests. If fewer remain than this process left, other programs used the rest.
   *
   * @param inFlight requests without a response, which Pinterest may have counted.
   */
  setRemaining(remaining: number, resetMs: number, inFlight: number, now: number): void {
    const count = this.quota - remaining - this.#used(now) - inFlight;
    if (count >= this.#usedByOthers(now)) this.#others = { count: Math.max(0, count), until: now + resetMs };
  }

  /** Uses a smaller share of the quota from `until` on, because Pinterest refused a request that seemed to be within it. */
  reduce(now: number, until: number): void {
    this.#share = { percent: this.#percent(now) * shareAfterRefusal, since: until };
  }

  /** The quota to use now: at least 1. */
  usableQuota(now: number): number {
    return Math.max(1, Math.floor((this.quota * this.#percent(now)) / 100));
  }

  /** The earliest time for one more request; Infinity if it depends on responses that are outstanding. */
  availableAt(inFlight: number, now: number): number {
    const byOthers = this.#usedByOthers(now);
    const excess = this.#used(now) + byOthers + inFlight - (this.usableQuota(now) - 1);
    if (excess <= 0) return now;
    // Own requests expire one at a time. Those of others count as expiring together, when the server resets the limit.
    const expiry = (index: number): number =>
      (this.#responses[index] ?? Number.POSITIVE_INFINITY) + this.widthMs;
    const { until } = this.#others;
    const first = expiry(excess - 1);
    if (byOthers === 0 || first <= until) return first;
    return excess <= byOthers ? until : Math.max(until, expiry(excess - byOthers - 1));
  }

  #percent(now: number): number {
    const { percent, since } = this.#share;
    const steps = Math.floor((now - since) / Math.min(this.widthMs, longestRecoveryStepMs));
    return steps > 0 ? Math.min(100, percent + recoveryPercent * steps) : percent;
  }

  #used(now: number): number {
    while ((this.#responses[0] ?? now) + this.widthMs <= now) this.#responses.shift();
    return this.#responses.length;
  }

  #usedByOthers(now: number): number {
    return this.#others.until > now ? this.#others.count : 0;
  }
}

/** A time before which no request of a category may be sent. */
export interface Delay {
  /** Infinity if it depends on requests in progress. */
  readonly until: number;
  /** Who limits, and how: "Pinterest (ads_write, 400 per 60 s)". */
  readonly reason: string;
}

/** How an admitted request ended. */
export interface Usage {
  /** Whether it was sent, or may have been. */
  readonly sent: boolean;
  /** The limits that its response names. */
  readonly report?: RateReport | undefined;
  /** Set if Pinterest refused it because of a rate limit. */
  readonly refusal?: Refusal | undefined;
}

interface Refusal {
  /** The wait that the response asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What Pinterest answered, for messages. */
  readonly reason: string;
  readonly delaysOthers: boolean;
}

class Category {
  inFlight = 0;
  /** The category is closed until then, because of a refusal. */
  closedUntil = Number.NEGATIVE_INFINITY;
  /** How often a refusal closed it. Requests of an earlier number were sent before. */
  closings = 0;
  /** Whether no request was accepted since the last refusal. Then single requests test whether Pinterest accepts requests again. */
  testing = false;
  /** The number of doublings of the next backoff. Two less after a refusal whose waits ended, so that a repeated wait starts at half of the one before. */
  backoffLevel = 0;
  /** The last refusal, for messages. */
  refusal = "";
  /** The limit on concurrent requests after a refusal whose limit is unknown. */
  concurrency = Number.POSITIVE_INFINITY;
  /** Successes since `concurrency` changed. */
  successes = 0;

  constructor(public windows: readonly RateWindow[]) {}
}

/** The rate limits of an account: the published ones, those in responses, and the user's. */
export class RateLimits {
  readonly #windows = new Map<string, RateWindow>();
  readonly #categories = new Map<RateCategory, Category>();
  readonly #userLimit: RateWindow | undefined;

  /** @param perMinute the user's limit over all categories. */
  constructor(
    private readonly clock: Clock,
    perMinute: number | undefined,
  ) {
    if (perMinute === undefined) return;
    this.#userLimit = new RateWindow({ name: "", quota: perMinute, widthMs: 60_000 });
  }

  /** Why the next request of a category must wait; undefined if it may be sent now. */
  delay(name: RateCategory, now: number): Delay | undefined {
    const category = this.#category(name);
    let delay: Delay = { until: Math.max(now, category.closedUntil), reason: category.refusal };
    const consider = (window: RateWindow, source: string): void => {
      const until = window.availableAt(this.#inFlight(window), now);
      if (until <= delay.until) return;
      delay = { until, reason: `${source}${window.usableQuota(now)} per ${window.widthMs / 1000} s)` };
    };
    for (const window of category.windows) {
      consider(window, `Pinterest (${window.name === "" ? "" : `${window.name}, `}`);
    }
    if (this.#userLimit !== undefined) consider(this.#userLimit, "pinterest:requestsPerMinute (");
    if (delay.until > now) return delay;
    const concurrency = category.testing ? 1 : category.concurrency;
    if (category.inFlight < concurrency) return undefined;
    return {
      until: Number.POSITIVE_INFINITY,
      reason: `Pinterest (limit not named, ${concurrency} at a time)`,
    };
  }

  /** Until when refusals close a category; a past time if they do not. */
  closedUntil(name: RateCategory): number {
    return this.#category(name).closedUntil;
  }

  /** Starts a request. Call the returned function once, at its end. */
  begin(name: RateCategory): (usage: Usage) => void {
    const category = this.#category(name);
    const { closings } = category;
    category.inFlight += 1;
    return ({ sent, report, refusal }) => {
      category.inFlight -= 1;
      if (!sent) return;
      const now = this.clock.now();
      for (const window of category.windows) window.count(now);
      this.#userLimit?.count(now);
      const exhausted = report === undefined ? undefined : this.#learn(category, report, now);
      const isFirst = closings === category.closings;
      if (refusal?.delaysOthers) this.#close(category, refusal, isFirst, exhausted);
      else if (refusal === undefined && isFirst) this.#accepted(category);
    };
  }

  /**
   * Closes a category for the time that Pinterest asks for, at least for the backoff. If Pinterest names the exhausted limit, less of it is used from then
   * on. Otherwise at most half as many requests as now may be in progress (multiplicative decrease).
   *
   * @param isFirst false for requests that were in progress at an earlier refusal: they only prolong the wait.
   */
  #close(
    category: Category,
    { retryAfterMs, reason }: Refusal,
    isFirst: boolean,
    exhausted: RateWindow | undefined,
  ): void {
    const now = this.clock.now();
    if (isFirst) {
      category.closings += 1;
      category.backoffLevel += 1;
      category.testing = true;
    }
    const waitMs = rateLimitDelay(category.backoffLevel - 1, retryAfterMs, this.clock);
    category.closedUntil = Math.max(category.closedUntil, now + waitMs);
    category.refusal = `Pinterest (${reason})`;
    if (!isFirst) return;
    if (exhausted !== undefined) {
      exhausted.reduce(now, category.closedUntil);
    } else {
      // This request ended already. After a refused test request, the result is 1.
      category.concurrency = Math.max(1, Math.floor((category.inFlight + 1) / 2));
      category.successes = 0;
    }
  }

  /** Allows one more concurrent request after as many successes as are allowed at once (additive increase). */
  #accepted(category: Category): void {
    if (category.testing) category.backoffLevel = Math.max(0, category.backoffLevel - 2);
    category.testing = false;
    category.successes += 1;
    if (category.successes < category.concurrency) return;
    category.concurrency += 1;
    category.successes = 0;
  }

  /**
   * Replaces the category's limits by those that a response names. The safety net stays if the response names only others, and the reverse.
   *
   * @returns the limit that the response says is exhausted.
   */
  #learn(category: Category, { limits, nearest }: RateReport, now: number): RateWindow | undefined {
    const named = limits.map((limit) => this.#learned(limit, category));
    const isNet = ({ name }: RateWindow): boolean => name === safetyNet;
    const isReplaced = (window: RateWindow): boolean => named.some((other) => isNet(other) === isNet(window));
    const kept = category.windows.filter((window) => !isReplaced(window));
    category.windows = [...new Set([...kept, ...named])];
    if (nearest === undefined) return undefined;
    const window = this.#learned(nearest.limit, category);
    window.setRemaining(nearest.remaining, nearest.resetMs, this.#inFlight(window), now);
    return nearest.remaining === 0 ? window : undefined;
  }

  #learned(limit: RateLimit, { windows }: Category): RateWindow {
    // Earlier requests are taken from the longest limit, which remembers the most.
    const window = this.#window(limit, windows.toSorted((a, b) => b.widthMs - a.widthMs)[0]);
    window.quota = limit.quota;
    return window;
  }

  /** Categories share the windows of one name and width. */
  #window(limit: RateLimit, countedBy?: RateWindow): RateWindow {
    const key = `${limit.name}/${limit.widthMs}`;
    const window = this.#windows.get(key) ?? new RateWindow(limit, countedBy);
    this.#windows.set(key, window);
    return window;
  }

  #inFlight(window: RateWindow): number {
    let count = 0;
    for (const { windows, inFlight } of this.#categories.values()) {
      if (window === this.#userLimit || windows.includes(window)) count += inFlight;
    }
    return count;
  }

  #category(name: RateCategory): Category {
    const category =
      this.#categories.get(name) ?? new Category(publishedLimits(name).map((limit) => this.#window(limit)));
    this.#categories.set(name, category);
    return category;
  }
}
