import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { rateLimitBackoff } from "../retry/backoff";
import { Pace } from "./pace";
import type { RateWindow } from "./window";

/** A request as it was sent. */
export interface Sent {
  /** How many closings there had been. */
  readonly closings: number;
  /** Whether it goes alone, after a refusal that no known limit explains. */
  readonly onTrial: boolean;
}

/** A refusal by a rate limit (429). */
export interface Refusal {
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
  /** How far requests that go one by one are apart, in milliseconds. */
  readonly spacingMs?: number;
}

const pacing = "Pinterest refused for its rate limit without saying which; requests are sent more slowly";

/** One of Pinterest's categories of operations: the limits that it counts against, and what refusals have taught. */
export class CategoryState {
  inFlight = 0;
  /** The limits that the last answer named which named any. */
  named: readonly RateWindow[] = [];
  /** How often refusals have closed it. */
  #closings = 0;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #closingsInARow = 0;
  #said = "";
  readonly #pace = new Pace();

  constructor(
    readonly category: RateCategory,
    public windows: readonly RateWindow[],
  ) {}

  /** A request is being sent. */
  begin(now: number): Sent {
    return { closings: this.#closings, onTrial: this.#pace.begin(now) };
  }

  /** It was surely not sent. */
  unsent({ onTrial }: Sent): void {
    if (onTrial) this.#pace.tryAgain();
  }

  /**
   * Closes the category for the time that the server tells, and at least for a wait that grows from one closing to the
   * next; from then on less is used of the limit that was met, or where that is not known, requests go at a pace. Of the
   * requests that were under way together, only the first refusal counts; the others may make the wait longer.
   */
  refused(sent: Sent, { toldMs, said, window }: Refusal, clock: Clock): void {
    const now = clock.now();
    if (sent.onTrial) this.#pace.tryAgain();
    const isNew = sent.closings === this.#closings;
    if (isNew) {
      this.#closings += 1;
      this.#closingsInARow += 1;
    }
    this.#said = said;
    const waitMs = rateLimitBackoff(this.#closingsInARow - 1, toldMs, clock);
    this.#closedUntil = Math.max(this.#closedUntil, now + waitMs);
    if (!isNew) return;
    if (window === undefined) this.#pace.refused(now, toldMs);
    else window.useLess(now, this.#closedUntil);
  }

  /**
   * A request ended otherwise than by a refusal for a rate limit.
   *
   * @param answered whether there was an answer.
   */
  admitted({ closings, onTrial }: Sent, answered: boolean, now: number): void {
    if (closings === this.#closings) this.#closingsInARow = 0;
    if (answered) this.#pace.taken(now);
    if (onTrial) this.#pace.passed(now);
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
      until: Math.max(now, this.#closedUntil),
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
    const next = this.#pace.nextAt(() => this.#mostPerSecond(now), now);
    if (next === Number.POSITIVE_INFINITY) latest = { until: next, reason: this.#said };
    else if (next > latest.until) {
      latest = { until: next, reason: pacing, spacingMs: this.#pace.spacingMs };
    }
    return latest.until > now ? latest : undefined;
  }

  /** What the most generous of the windows allows, in requests a second. */
  #mostPerSecond(now: number): number {
    return Math.max(...this.windows.map((window) => (window.quotaAt(now) * 1000) / window.widthMs));
  }

  /** Whether a refusal keeps the category closed. */
  closedUntil(now: number): number {
    return Math.max(now, this.#closedUntil);
  }
}
