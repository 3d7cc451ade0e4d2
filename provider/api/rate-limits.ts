import type { Clock } from "../base/clock";
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

/**
 * A rate limit and its use. A request counts from its start until the window's width after its response. Therefore no window of the server, fixed or
 * sliding, contains more requests than the quota.
 */
export class RateWindow {
  quota: number;
  readonly name: string;
  readonly widthMs: number;
  /** When each counted request stops counting, earliest first. */
  #expiries: number[];
  /** Requests of other programs, as far as responses showed them. They stop counting together, when the server resets the limit. */
  #others = { count: 0, until: Number.NEGATIVE_INFINITY };

  /** @param countedBy a window that counted the requests before this limit was known. */
  constructor({ name, quota, widthMs }: RateLimit, countedBy?: RateWindow) {
    this.name = name;
    this.quota = quota;
    this.widthMs = widthMs;
    const earlier = countedBy === undefined ? [] : countedBy.#expiries.map((at) => at - countedBy.widthMs);
    this.#expiries = earlier.map((at) => at + widthMs);
  }

  /** Counts a request whose response came, or that ended without one. */
  count(now: number): void {
    this.#expiries.push(now + this.widthMs);
  }

  /**
   * Applies the number of remaining requests in a response. If fewer remain than this process left, other programs used the rest.
   *
   * @param inFlight requests without a response, which Pinterest may have counted.
   */
  setRemaining(remaining: number, resetMs: number, inFlight: number, now: number): void {
    const { own, others } = this.#used(now);
    const count = this.quota - remaining - own - inFlight;
    if (count >= others) this.#others = { count: Math.max(0, count), until: now + resetMs };
  }

  /** The earliest time for one more request; Infinity if it depends on responses that are outstanding. */
  availableAt(inFlight: number, now: number): number {
    const { own, others } = this.#used(now);
    const excess = own + others + inFlight - (this.quota - 1);
    if (excess <= 0) return now;
    const all = [...this.#expiries, ...new Array<number>(others).fill(this.#others.until)];
    return all.sort((a, b) => a - b)[excess - 1] ?? Number.POSITIVE_INFINITY;
  }

  #used(now: number): { readonly own: number; readonly others: number } {
    while ((this.#expiries[0] ?? Number.POSITIVE_INFINITY) <= now) this.#expiries.shift();
    return { own: this.#expiries.length, others: this.#others.until > now ? this.#others.count : 0 };
  }
}

/** A time before which no request of a category may be sent. */
export interface Delay {
  /** Infinity if it depends on requests in progress. */
  readonly until: number;
  /** The source of the limit: "Pinterest (ads_write, 400 per 60 s)". */
  readonly reason: string;
}

/** The end of an admitted request. */
export interface Usage {
  /** Whether it was sent, or may have been. */
  readonly sent: boolean;
  /** The limits that its response names. */
  readonly report?: RateReport | undefined;
  /** The refusal because of a rate limit. */
  readonly refusal?: Refusal | undefined;
}

interface Refusal {
  /** The wait that the response asks for. */
  readonly retryAfterMs: number | undefined;
  /** Pinterest's response, for messages. */
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
  /**
   * The number of doublings of the next backoff. Two less after an accepted test request: the next refusal then waits half as long as the
   * last.
   */
  backoffLevel = 0;
  /** The last refusal, for messages. */
  refusal = "";
  /** The limit on concurrent requests after a refusal. */
  concurrency = Number.POSITIVE_INFINITY;
  /** Successes since `concurrency` changed. */
  successes = 0;

  constructor(public windows: readonly RateWindow[]) {}
}

/** The rate limits of an account: the published ones, those in responses, and the user's. */
export class RateLimits {
  /** By name and width. Categories share them. */
  readonly #windows = new Map<string, RateWindow>();
  readonly #categories: Readonly<Record<RateCategory, Category>>;
  readonly #userLimit: RateWindow | undefined;

  /** @param perMinute the user's limit over all categories. */
  constructor(
    private readonly clock: Clock,
    perMinute: number | undefined,
  ) {
    const published = (name: RateCategory) =>
      new Category(publishedLimits(name).map((limit) => this.#window(limit)));
    this.#categories = { ads_read: published("ads_read"), ads_write: published("ads_write") };
    if (perMinute === undefined) return;
    this.#userLimit = new RateWindow({ name: "", quota: perMinute, widthMs: 60_000 });
  }

  /** Why the next request of a category must wait; undefined if it may be sent now. */
  delay(name: RateCategory, now: number): Delay | undefined {
    const category = this.#categories[name];
    let delay: Delay = { until: Math.max(now, category.closedUntil), reason: category.refusal };
    const consider = (window: RateWindow, source: string): void => {
      const until = window.availableAt(this.#inFlight(window), now);
      if (until <= delay.until) return;
      delay = { until, reason: `${source}${window.quota} per ${window.widthMs / 1000} s)` };
    };
    for (const window of category.windows) {
      consider(window, `Pinterest (${window.name === "" ? "" : `${window.name}, `}`);
    }
    if (this.#userLimit !== undefined) consider(this.#userLimit, "pinterest:requestsPerMinute (");
    if (delay.until > now) return delay;
    const concurrency = category.testing ? 1 : category.concurrency;
    const mustWait = category.inFlight >= concurrency;
    return mustWait ? { until: Number.POSITIVE_INFINITY, reason: category.refusal } : undefined;
  }

  /** Starts a request. Call the returned function once, at its end. */
  begin(name: RateCategory): (usage: Usage) => void {
    const category = this.#categories[name];
    const { closings } = category;
    category.inFlight += 1;
    return ({ sent, report, refusal }) => {
      category.inFlight -= 1;
      if (!sent) return;
      const now = this.clock.now();
      for (const window of category.windows) window.count(now);
      this.#userLimit?.count(now);
      if (report !== undefined) this.#learn(category, report, now);
      const isFirst = closings === category.closings;
      if (refusal?.delaysOthers) this.#close(category, refusal, isFirst);
      else if (refusal === undefined && isFirst) this.#accepted(category);
    };
  }

  /**
   * Closes a category for the time that Pinterest asks for, at least for the backoff. After that, at most half as many requests as now may be in
   * progress (multiplicative decrease).
   *
   * @param isFirst false for requests that were in progress at an earlier refusal: they only prolong the wait.
   */
  #close(category: Category, { retryAfterMs, reason }: Refusal, isFirst: boolean): void {
    if (isFirst) {
      category.closings += 1;
      category.backoffLevel += 1;
      category.testing = true;
      // This request ended already. After a refused test request, the result is 1.
      category.concurrency = Math.max(1, Math.floor((category.inFlight + 1) / 2));
      category.successes = 0;
    }
    const waitMs = rateLimitDelay(category.backoffLevel - 1, retryAfterMs, this.clock);
    category.closedUntil = Math.max(category.closedUntil, this.clock.now() + waitMs);
    category.refusal = `Pinterest (${reason})`;
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
   * Replaces the category's limits by those that a response names. The safety net stays if the response names only others, and the others
   * stay if it names only the safety net.
   */
  #learn(category: Category, { limits, nearest }: RateReport, now: number): void {
    const named = limits.map((limit) => this.#learned(limit, category));
    const isNet = ({ name }: RateWindow): boolean => name === safetyNet;
    const isReplaced = (window: RateWindow): boolean => named.some((other) => isNet(other) === isNet(window));
    const kept = category.windows.filter((window) => !isReplaced(window));
    category.windows = [...new Set([...kept, ...named])];
    if (nearest === undefined) return;
    const window = this.#learned(nearest.limit, category);
    window.setRemaining(nearest.remaining, nearest.resetMs, this.#inFlight(window), now);
  }

  #learned(limit: RateLimit, { windows }: Category): RateWindow {
    // Earlier requests are taken from the longest limit, which contains the most of them.
    const window = this.#window(limit, windows.toSorted((a, b) => b.widthMs - a.widthMs)[0]);
    window.quota = limit.quota;
    return window;
  }

  #window(limit: RateLimit, countedBy?: RateWindow): RateWindow {
    const key = `${limit.name}/${limit.widthMs}`;
    const window = this.#windows.get(key) ?? new RateWindow(limit, countedBy);
    this.#windows.set(key, window);
    return window;
  }

  #inFlight(window: RateWindow): number {
    return Object.values(this.#categories)
      .filter(({ windows }) => window === this.#userLimit || windows.includes(window))
      .reduce((count, { inFlight }) => count + inFlight, 0);
  }
}
