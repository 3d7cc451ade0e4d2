import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { rateLimitBackoff } from "../retry/backoff";
import type { RateWindow } from "./window";

/** A refusal by a rate limit (429). */
export interface Refusal {
  /** How many closings there had been when the request that it answers was sent. */
  readonly closings: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly toldMs: number | undefined;
  /** What it said, for messages. */
  readonly said: string;
  /** The window that is exhausted; undefined where the server does not tell. */
  readonly window?: RateWindow | undefined;
}

/** Why nothing of a category may be sent before a moment. */
export interface Obstacle {
  readonly until: number;
  readonly reason: string;
}

/** One of Pinterest's categories of operations: the limits that it counts against, and what refusals have taught. */
export class CategoryState {
  inFlight = 0;
  /** How often refusals have closed it. */
  closings = 0;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #closingsInARow = 0;
  #said = "";

  constructor(
    readonly category: RateCategory,
    public windows: readonly RateWindow[],
  ) {}

  /**
   * Closes the category for the time that the server tells, and at least for a wait that grows from one closing to the
   * next; from then on less is used of the limit that was met. Of the requests that were under way together, only the first
   * refusal counts; the others may make the wait longer.
   */
  refused({ closings, toldMs, said, window }: Refusal, clock: Clock): void {
    const now = clock.now();
    const isNew = closings === this.closings;
    if (isNew) {
      this.closings += 1;
      this.#closingsInARow += 1;
    }
    this.#said = said;
    const waitMs = rateLimitBackoff(this.#closingsInARow - 1, toldMs, clock);
    this.#closedUntil = Math.max(this.#closedUntil, now + waitMs);
    if (!isNew) return;
    for (const met of window === undefined ? this.windows : [window]) met.useLess(now, this.#closedUntil);
  }

  /** A request that was sent after so many closings was not refused by a rate limit. */
  admitted(closings: number): void {
    if (closings === this.closings) this.#closingsInARow = 0;
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
    const consider = (window: RateWindow, whose: string): void => {
      const quota = window.quotaAt(now);
      const until = window.fitsAt(inFlightOf(window), now);
      if (until <= latest.until) return;
      const seconds = window.widthMs / 1000;
      latest = { until, reason: `${whose} of ${quota} requests in ${seconds} s is used up` };
    };
    for (const window of this.windows) {
      consider(window, `Pinterest's limit${window.name === "" ? "" : ` ${window.name}`}`);
    }
    if (cap !== undefined) consider(cap, "the limit pinterest:requestsPerMinute");
    return latest.until > now ? latest : undefined;
  }

  /** Whether a refusal keeps the category closed. */
  closedUntil(now: number): number {
    return Math.max(now, this.#closedUntil);
  }
}
