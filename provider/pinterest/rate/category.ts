import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { rateLimitBackoff } from "../retry/backoff";
import type { RateWindow } from "./window";

/** What is left of the quotas after a rate limit was met all the same. */
const afterRefusal = 0.7;
/** What comes back of it in each minute without another. */
const recovery = 0.1;
const recoveryMs = 60_000;

/** A refusal by a rate limit (429). */
export interface Refusal {
  /** When the request that it answers was sent. */
  readonly sentAt: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly toldMs: number | undefined;
  /** What it said, for messages. */
  readonly said: string;
}

/** Why nothing of a category may be sent before a moment. */
export interface Obstacle {
  readonly until: number;
  readonly reason: string;
}

/** One of Pinterest's categories of operations: the limits that it counts against, and what refusals have taught. */
export class CategoryState {
  inFlight = 0;
  #closedAt = Number.NEGATIVE_INFINITY;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #closingsInARow = 0;
  #share = 1;
  #said = "";

  constructor(
    readonly category: RateCategory,
    public windows: readonly RateWindow[],
  ) {}

  /**
   * Closes the category for the time that the server tells, and at least for a wait that grows from one closing to the
   * next. Of the requests that were under way together, only the first refusal counts; the others may make it longer.
   */
  refused({ sentAt, toldMs, said }: Refusal, clock: Clock): void {
    const now = clock.now();
    if (sentAt >= this.#closedAt) {
      this.#share = this.#shareAt(now) * afterRefusal;
      this.#closedAt = now;
      this.#closingsInARow += 1;
    }
    this.#said = said;
    const waitMs = rateLimitBackoff(this.#closingsInARow - 1, toldMs, clock);
    this.#closedUntil = Math.max(this.#closedUntil, now + waitMs);
  }

  /** A request that was sent at that moment was not refused by a rate limit. */
  admitted(sentAt: number): void {
    if (sentAt >= this.#closedUntil) this.#closingsInARow = 0;
  }

  /**
   * What keeps the next request back; undefined if it may be sent now.
   *
   * @param inFlightOf how many requests of any category are under way that count against a window.
   */
  obstacle(
    cap: RateWindow | undefined,
    inFlightOf: (window: RateWindow) => number,
    now: number,
  ): Obstacle | undefined {
    let latest: Obstacle = {
      until: this.#closedUntil,
      reason: this.#said,
    };
    const consider = (window: RateWindow, quota: number, whose: string): void => {
      const until = window.fitsAt(quota, inFlightOf(window), now);
      if (until <= latest.until) return;
      const seconds = window.widthMs / 1000;
      latest = { until, reason: `${whose} of ${quota} requests in ${seconds} s is used up` };
    };
    const share = this.#shareAt(now);
    for (const window of this.windows) {
      const quota = Math.max(1, Math.floor(window.quota * share));
      consider(window, quota, `Pinterest's limit${window.name === "" ? "" : ` ${window.name}`}`);
    }
    if (cap !== undefined) consider(cap, cap.quota, "the limit pinterest:requestsPerMinute");
    return latest.until > now ? latest : undefined;
  }

  /** Whether a refusal keeps the category closed. */
  closedUntil(now: number): number {
    return Math.max(now, this.#closedUntil);
  }

  #shareAt(now: number): number {
    const minutes = Math.floor((now - Math.max(this.#closedAt, this.#closedUntil)) / recoveryMs);
    return minutes > 0 ? Math.min(1, this.#share + recovery * minutes) : this.#share;
  }
}
