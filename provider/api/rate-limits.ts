import type { Clock } from "../base/clock";
import type { RateCategory } from "./operations";
import type { RateLimit, RateReport } from "./response-headers";
import { rateLimitDelayMs } from "./retry";

/** Pinterest's name for the limit over all categories together. */
export const safetyNet = "safety_net";

const minuteMs = 60_000;

/**
 * [Pinterest's published limits](https://developers.pinterest.com/docs/reference/rate-limits/) for apps with Standard access, per user. They apply
 * until a response names others.
 */
const publishedLimits: Readonly<Record<RateCategory | typeof safetyNet, RateLimit>> = {
  safety_net: { name: safetyNet, quota: 100, widthMs: 1_000 },
  ads_read: { name: "ads_read", quota: 1_000, widthMs: minuteMs },
  ads_write: { name: "ads_write", quota: 400, widthMs: minuteMs },
};

/**
 * Time after the wait for a refusal during which the requests of a category are sent evenly, at its published rate. If they started together, most
 * of them would be refused again by a limit that other programs use too, or that no response names.
 */
const spreadMs = minuteMs;

/**
 * A rate limit and its use. A request counts from its start until the window's width after its response. Therefore no window of the server, fixed or
 * sliding, contains more requests than the quota.
 */
export class RateWindow {
  readonly name: string;
  readonly widthMs: number;
  quota: number;
  /** The times of the responses to the counted requests, earliest first. */
  private readonly completedAt: number[];
  /** A lower quota until the server resets the limit, because other programs use the rest of it. */
  private shared = { quota: 0, until: Number.NEGATIVE_INFINITY };

  /** @param earlier a window that counted the requests before this limit was known. @default none */
  constructor({ name, quota, widthMs }: RateLimit, earlier?: RateWindow) {
    this.name = name;
    this.quota = quota;
    this.widthMs = widthMs;
    this.completedAt = earlier === undefined ? [] : [...earlier.completedAt];
  }

  /** Counts a request whose response came, or that ended without one. */
  count(now: number): void {
    this.completedAt.push(now);
  }

  /**
   * Applies the number of remaining requests in a response. If fewer remain than this process left, other programs used the rest.
   *
   * @param inFlight requests without a response, which Pinterest may have counted.
   */
  setRemaining(remaining: number, resetMs: number, inFlight: number, now: number): void {
    const quota = this.used(now) + inFlight + remaining;
    const isLower = now >= this.shared.until || quota <= this.shared.quota;
    if (isLower) this.shared = { quota, until: now + resetMs };
  }

  /**
   * The earliest time for one more request; Infinity if it depends on responses that are outstanding.
   *
   * Example: with a quota of 10 per 60 s, responses received at 0 s, 1 s, …, 9 s and one in flight, the two earliest must stop counting: at 61 s.
   */
  availableAt(inFlight: number, now: number): number {
    const used = this.used(now) + inFlight;
    const excess = used + 1 - this.quota;
    const ownUntil =
      excess > 0 ? (this.completedAt[excess - 1] ?? Number.POSITIVE_INFINITY) + this.widthMs : now;
    const sharedUntil = used >= this.shared.quota ? this.shared.until : now;
    return Math.max(now, ownUntil, sharedUntil);
  }

  /** The limit, for messages: "ads_write, 400 per 60 s". */
  get description(): string {
    return `${this.name === "" ? "" : `${this.name}, `}${this.quota} per ${this.widthMs / 1000} s`;
  }

  /** The requests of this process that count. */
  private used(now: number): number {
    while ((this.completedAt[0] ?? Number.POSITIVE_INFINITY) + this.widthMs <= now) this.completedAt.shift();
    return this.completedAt.length;
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
export type RequestEnd =
  | { readonly kind: "not sent" }
  /**
   * `accepted`: no rate limit refused it. `failed`: Pinterest may have received it, but no response shows whether a rate limit refused it. A report has
   * the limits in the response.
   */
  | { readonly kind: "accepted" | "failed"; readonly report?: RateReport | undefined }
  | ({ readonly kind: "refused"; readonly report?: RateReport | undefined } & Refusal);

interface Refusal {
  /** The wait that the response asks for. */
  readonly retryAfterMs: number | undefined;
  /** Pinterest's response, for messages. */
  readonly reason: string;
  readonly delaysOthers: boolean;
}

/** The requests of a category, and its pause after a refusal. */
class Category {
  inFlight = 0;
  lastStartedAt = Number.NEGATIVE_INFINITY;
  pausedUntil = Number.NEGATIVE_INFINITY;
  /** Pauses in a row, without an accepted request between them. */
  pauses = 0;
  /** The last refusal, for messages. */
  refusal = "";
  /** Time between two requests that are spread. */
  readonly intervalMs: number;

  constructor(
    { quota, widthMs }: RateLimit,
    public windows: readonly RateWindow[],
  ) {
    this.intervalMs = widthMs / quota;
  }

  /** The earliest time for the next request after a refusal. */
  availableAt(now: number): number {
    const isSpread = now < this.pausedUntil + spreadMs;
    return isSpread ? Math.max(this.pausedUntil, this.lastStartedAt + this.intervalMs) : now;
  }
}

/** The rate limits of an account: the published ones, those in responses, and the user's. */
export class RateLimits {
  private readonly clock: Clock;
  private readonly categories: Readonly<Record<RateCategory, Category>>;
  /** The user's limit over all categories: one window, or none. */
  private readonly userWindows: readonly RateWindow[];

  /** @param perMinute the user's limit. @default none */
  constructor(clock: Clock, perMinute?: number) {
    this.clock = clock;
    const net = new RateWindow(publishedLimits.safety_net);
    const published = (name: RateCategory) =>
      new Category(publishedLimits[name], [net, new RateWindow(publishedLimits[name])]);
    this.categories = { ads_read: published("ads_read"), ads_write: published("ads_write") };
    this.userWindows =
      perMinute === undefined ? [] : [new RateWindow({ name: "", quota: perMinute, widthMs: minuteMs })];
  }

  /** The reason why the next request of a category must wait; undefined if it may be sent now. */
  delay(name: RateCategory, now: number): Delay | undefined {
    const category = this.categories[name];
    const delayBy = (window: RateWindow, source: string): Delay => ({
      until: window.availableAt(this.inFlight(window), now),
      reason: `${source} (${window.description})`,
    });
    const longest = [
      { until: category.availableAt(now), reason: category.refusal },
      ...category.windows.map((window) => delayBy(window, "Pinterest")),
      ...this.userWindows.map((window) => delayBy(window, "pinterest:requestsPerMinute")),
    ].reduce((one, other) => (other.until > one.until ? other : one));
    return longest.until > now ? longest : undefined;
  }

  /** Starts a request. Call the returned function once, at its end. */
  begin(name: RateCategory): (end: RequestEnd) => void {
    const category = this.categories[name];
    const startedAt = this.clock.now();
    category.inFlight += 1;
    category.lastStartedAt = startedAt;
    return (end) => {
      category.inFlight -= 1;
      if (end.kind === "not sent") return;
      const now = this.clock.now();
      for (const window of [...category.windows, ...this.userWindows]) window.count(now);
      if (end.report !== undefined) this.learn(category, end.report, now);
      // A request that started before the end of a pause belongs to the refusal before it.
      const isAfterPause = startedAt >= category.pausedUntil;
      switch (end.kind) {
        case "accepted":
          if (isAfterPause) category.pauses = 0;
          return;
        case "failed":
          return;
        case "refused":
          if (!end.delaysOthers) return;
          if (isAfterPause) category.pauses += 1;
          this.pause(category, end, now);
      }
    };
  }

  /** Pauses a category for the time that Pinterest asks for, at least for the backoff. */
  private pause(category: Category, { retryAfterMs, reason }: Refusal, now: number): void {
    // The backoff doubles with each pause in a row. Requests A and B, which started before a pause, show why it can be none:
    //
    //     A refused: pauses = 1 → pause → D accepted: pauses = 0 → B refused late: pauses = 0 → pause with the shortest backoff
    const doublings = Math.max(0, category.pauses - 1);
    const waitMs = rateLimitDelayMs(doublings, retryAfterMs, this.clock);
    category.pausedUntil = Math.max(category.pausedUntil, now + waitMs);
    category.refusal = `Pinterest (${reason})`;
  }

  /**
   * Replaces the category's limits by those that a response names. A response can name only the safety net, or only the other limits. Then the
   * rest stays as it is.
   */
  private learn(category: Category, { limits, nearest }: RateReport, now: number): void {
    const isSafetyNet = ({ name }: { readonly name: string }): boolean => name === safetyNet;
    const namesSafetyNet = limits.some(isSafetyNet);
    const namesOthers = limits.some((limit) => !isSafetyNet(limit));
    // Windows of safety_net and ads_write, and a response that names ads_write only: safety_net stays, and ads_write is replaced.
    const isReplaced = (window: RateWindow) => (isSafetyNet(window) ? namesSafetyNet : namesOthers);
    const kept = category.windows.filter((window) => !isReplaced(window));
    const named = limits.map((limit) => this.windowWithQuota(limit, category));
    category.windows = [...new Set([...kept, ...named])];
    if (nearest === undefined) return;
    const window = this.windowWithQuota(nearest.limit, category);
    window.setRemaining(nearest.remaining, nearest.resetMs, this.inFlight(window), now);
  }

  /**
   * The window of a limit, with the quota that a response names. Categories share it. A limit that none of them has gets a new window, which starts with
   * the earlier requests of the category.
   */
  private windowWithQuota({ name, quota, widthMs }: RateLimit, { windows }: Category): RateWindow {
    const all = Object.values(this.categories).flatMap((category) => category.windows);
    const known = all.find((window) => window.name === name && window.widthMs === widthMs);
    // The longest window contains the most of them.
    const [longest] = windows.toSorted((a, b) => b.widthMs - a.widthMs);
    const window = known ?? new RateWindow({ name, quota, widthMs }, longest);
    window.quota = quota;
    return window;
  }

  private inFlight(window: RateWindow): number {
    return Object.values(this.categories)
      .filter(({ windows }) => windows.includes(window) || this.userWindows.includes(window))
      .reduce((count, { inFlight }) => count + inFlight, 0);
  }
}
