import type { Clock } from "../base/clock";
import type { RateCategory } from "./operations";
import type { RateLimit, RateReport } from "./response-headers";
import { backoffMs, withJitter } from "./retry";

/** Pinterest's name for the limit over all categories together. */
export const safetyNet = "safety_net";

/** The name of the user's limit over all categories together. */
const userLimit = "pinterest:requestsPerMinute";

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
  limit: RateLimit;
  /** The times of the responses to the counted requests, earliest first. */
  private readonly completedAt: number[];
  /** The quota that other programs leave, until the server resets the limit. */
  private lowered = { quota: 0, until: Number.NEGATIVE_INFINITY };

  /** @param earlier a window that counted the requests before this limit was known. @default none */
  constructor(limit: RateLimit, earlier?: RateWindow) {
    this.limit = limit;
    this.completedAt = earlier === undefined ? [] : [...earlier.completedAt];
  }

  /** Counts a request whose response came, or that ended without one. */
  count(now: number): void {
    this.completedAt.push(now);
  }

  /**
   * Lowers the quota until the server resets the limit, by the number of requests that other programs have used.
   *
   * Example: 3 requests of a quota of 10 are counted, and 4 are in flight. If 3 remain, other programs used none, and the quota stays 3 + 4 + 3 = 10.
   * If 1 remains, they used 2, and it is 3 + 4 + 1 = 8.
   *
   * @param inFlight requests without a response, which Pinterest may have counted.
   */
  reserveForOthers(remaining: number, resetMs: number, inFlight: number, now: number): void {
    const quota = this.used(now) + inFlight + remaining;
    const isLower = now >= this.lowered.until || quota <= this.lowered.quota;
    if (isLower) this.lowered = { quota, until: now + resetMs };
  }

  /**
   * The earliest time for one more request; Infinity if it depends on responses that are outstanding.
   *
   * Example: with a quota of 10 per 60 s, responses received at 0 s, 1 s, …, 9 s and one in flight, the two earliest must stop counting: at 61 s.
   */
  availableAt(inFlight: number, now: number): number {
    const { quota, widthMs } = this.limit;
    const used = this.used(now) + inFlight;
    const responsesToExpire = used + 1 - quota;
    // A response that is outstanding expires last.
    const lastToExpire = this.completedAt[responsesToExpire - 1] ?? Number.POSITIVE_INFINITY;
    const ownUntil = responsesToExpire > 0 ? lastToExpire + widthMs : now;
    const loweredUntil = used >= this.lowered.quota ? this.lowered.until : now;
    return Math.max(now, ownUntil, loweredUntil);
  }

  /** The limit and its source, for messages: "Pinterest (ads_write, 400 per 60 s)". */
  get description(): string {
    const { name, quota, widthMs } = this.limit;
    const rate = `${quota} per ${widthMs / 1000} s`;
    if (name === userLimit) return `${userLimit} (${rate})`;
    return `Pinterest (${name === "" ? "" : `${name}, `}${rate})`;
  }

  /** The requests of this process that count. */
  private used(now: number): number {
    while ((this.completedAt[0] ?? Number.POSITIVE_INFINITY) + this.limit.widthMs <= now)
      this.completedAt.shift();
    return this.completedAt.length;
  }
}

/** A limit that permits no request of a category now. */
export interface Block {
  /** The time in milliseconds since 1970 at which it ends. Infinity if it depends on requests in progress. */
  readonly until: number;
  /** For messages: "Pinterest (ads_write, 400 per 60 s)". */
  readonly reason: string;
}

/** The end of an admitted request. */
export type RequestEnd =
  | { readonly kind: "not sent" }
  /** `within limits`: a response shows that no rate limit was exceeded. `failed`: no response shows it, and Pinterest may have received the request. */
  | { readonly kind: "within limits" | "failed"; readonly report?: RateReport | undefined }
  | Refusal;

/** A 429 because of a rate limit. */
interface Refusal {
  readonly kind: "rate-limited";
  readonly report?: RateReport | undefined;
  /** The wait that the response asks for. */
  readonly retryAfterMs: number | undefined;
  /** Pinterest's response, for messages. */
  readonly reason: string;
  readonly delaysOthers: boolean;
}

/** The pause of a category after a refusal, and the spread of its requests for some time after that. */
class Backoff {
  lastStartedAt = Number.NEGATIVE_INFINITY;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  /** Pauses in a row, without a request within the limits between them. */
  private pauses = 0;
  /** The last refusal, for messages. */
  private reason = "";
  /** Time between two requests that are spread. */
  private readonly intervalMs: number;

  constructor(
    { quota, widthMs }: RateLimit,
    private readonly clock: Pick<Clock, "random">,
  ) {
    this.intervalMs = widthMs / quota;
  }

  /** The earliest time for the next request. */
  block(now: number): Block {
    const isSpread = now < this.pausedUntil + spreadMs;
    const until = isSpread ? Math.max(this.pausedUntil, this.lastStartedAt + this.intervalMs) : now;
    return { until, reason: this.reason };
  }

  /** Ends the backoff if the request started after the pause. An earlier request shows nothing about the limits after the refusal. */
  accept(startedAt: number): void {
    if (startedAt >= this.pausedUntil) this.pauses = 0;
  }

  /**
   * Pauses for the time that Pinterest asks for, but at least for the backoff, to prevent a retry storm. The backoff doubles with each pause in a row.
   */
  refuse(startedAt: number, { retryAfterMs, reason }: Refusal, now: number): void {
    if (startedAt >= this.pausedUntil) this.pauses += 1;
    // How `pauses` can be 0 here, if requests A and B started before a pause:
    //
    //     A refused: pauses = 1 → pause → C within limits: pauses = 0 → B refused late: pauses = 0 → pause with the shortest backoff
    const doublings = Math.max(0, this.pauses - 1);
    const waitMs = withJitter(Math.max(retryAfterMs ?? 0, backoffMs(doublings)), this.clock);
    this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
    this.reason = `Pinterest (${reason})`;
  }
}

/** The limits of a category, and its requests without a response. */
interface Category {
  readonly backoff: Backoff;
  windows: readonly RateWindow[];
  inFlight: number;
}

/** The rate limits of an account: the published ones, those in responses, and the user's. */
export class RateLimits {
  /** Categories share windows. */
  private readonly categories: Readonly<Record<RateCategory, Category>>;

  /** @param perMinute the user's limit. @default none */
  constructor(clock: Pick<Clock, "random">, perMinute?: number) {
    const ofUser = perMinute === undefined ? [] : [{ name: userLimit, quota: perMinute, widthMs: minuteMs }];
    const shared = [publishedLimits.safety_net, ...ofUser].map((limit) => new RateWindow(limit));
    const published = (limit: RateLimit): Category => ({
      backoff: new Backoff(limit, clock),
      windows: [new RateWindow(limit), ...shared],
      inFlight: 0,
    });
    const { ads_read, ads_write } = publishedLimits;
    this.categories = { ads_read: published(ads_read), ads_write: published(ads_write) };
  }

  /** The reason why the next request of a category must wait; undefined if it may be sent now. */
  block(name: RateCategory, now: number): Block | undefined {
    const { backoff, windows } = this.categories[name];
    const longest = windows
      .map((window) => ({
        until: window.availableAt(this.inFlight(window), now),
        reason: window.description,
      }))
      .reduce((one, other) => (other.until > one.until ? other : one), backoff.block(now));
    return longest.until > now ? longest : undefined;
  }

  /** Starts a request. Call the returned function once, at its end. */
  acquire(name: RateCategory, startedAt: number): (end: RequestEnd, now: number) => void {
    const category = this.categories[name];
    const { backoff } = category;
    category.inFlight += 1;
    backoff.lastStartedAt = startedAt;
    return (end, now) => {
      category.inFlight -= 1;
      if (end.kind === "not sent") return;
      for (const window of category.windows) window.count(now);
      if (end.report !== undefined) this.learn(category, end.report, now);
      switch (end.kind) {
        case "within limits":
          return backoff.accept(startedAt);
        case "failed":
          return;
        case "rate-limited":
          if (end.delaysOthers) backoff.refuse(startedAt, end, now);
      }
    };
  }

  /**
   * Replaces Pinterest's limits of the category by those that a response names. A response can name the safety net, the limits of the category, or
   * both. It replaces what it names: if it names ads_write alone, the safety net stays as it is.
   */
  private learn(category: Category, { limits, nearest }: RateReport, now: number): void {
    const namesSafetyNet = limits.some(({ name }) => name === safetyNet);
    const namesCategory = limits.some(({ name }) => name !== safetyNet);
    const kept = category.windows.filter(({ limit: { name } }) => {
      if (name === userLimit) return true;
      return name === safetyNet ? !namesSafetyNet : !namesCategory;
    });
    const named = limits.map((limit) => this.updatedWindow(limit, category));
    category.windows = [...new Set([...kept, ...named])];
    if (nearest === undefined) return;
    const window = this.updatedWindow(nearest.limit, category);
    // After the replacement, so that the requests in progress of this category count.
    window.reserveForOthers(nearest.remaining, nearest.resetMs, this.inFlight(window), now);
  }

  /**
   * The window of a limit that a response names, with the quota in the response. Categories share it. A limit that none of them has gets a new window,
   * which starts with the earlier requests of the category.
   */
  private updatedWindow(limit: RateLimit, { windows }: Category): RateWindow {
    const known = Object.values(this.categories)
      .flatMap((category) => category.windows)
      .find(({ limit: { name, widthMs } }) => name === limit.name && widthMs === limit.widthMs);
    // The longest window contains the most of them.
    const [longest] = windows.toSorted((a, b) => b.limit.widthMs - a.limit.widthMs);
    const window = known ?? new RateWindow(limit, longest);
    window.limit = limit;
    return window;
  }

  /** The requests without a response that count for a window. */
  private inFlight(window: RateWindow): number {
    return Object.values(this.categories)
      .filter(({ windows }) => windows.includes(window))
      .reduce((count, { inFlight }) => count + inFlight, 0);
  }
}
