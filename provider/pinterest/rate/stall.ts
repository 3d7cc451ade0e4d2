import type { Obstacle } from "./category";
import { untilText, worthTellingMs } from "./wait-text";

interface Kept {
  readonly doing: string;
  readonly onWait: (message: string) => void;
}

/**
 * Tells of requests that are kept waiting: once for all that wait for the same, and only when they have waited for two seconds, by
 * when it is known how many they are.
 */
export class StallNotice {
  #stall: { readonly since: number; told: boolean } | undefined;

  /** The wait is over, or nobody waits. */
  over(): void {
    this.#stall = undefined;
  }

  /**
   * The wait goes on; tells of it if it is time.
   *
   * @returns when to be asked again, Infinity for not at all.
   */
  at(now: number, { until: firstUntil, reason, spacingMs = 0 }: Obstacle, waiting: readonly Kept[]): number {
    const until = firstUntil + (waiting.length - 1) * spacingMs;
    if (this.#stall === undefined && until - now <= worthTellingMs) return Number.POSITIVE_INFINITY;
    this.#stall ??= { since: now, told: false };
    const due = this.#stall.since + worthTellingMs;
    const [first] = waiting;
    if (this.#stall.told || first === undefined) return Number.POSITIVE_INFINITY;
    if (now < due) return due;
    this.#stall.told = true;
    const more = waiting.length - 1;
    const who = more === 0 ? `${first.doing} waits` : `${first.doing} and ${more} more wait`;
    const howLong = Number.isFinite(until) ? untilText(until, now) : "for requests under way";
    first.onWait(`${who} ${howLong}: ${reason}`);
    return Number.POSITIVE_INFINITY;
  }
}
