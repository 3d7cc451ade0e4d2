/** What is left of a pace that was refused. */
const afterRefusal = 0.7;
/** The least to begin with, in requests a second: what was seen says little, where others used the limit up. */
const leastPerSecond = 0.5;
/** The least that refusals of that lead to: one in 20 seconds, the longest wait after a refusal that tells none. */
const leastOfAllPerSecond = 0.05;
/** By so many times what the server took before it refused, a pace is back at that rate. */
const backAfter = 4;
/** So long after the last refusal, in milliseconds, a pace ends. */
const quietMs = 600_000;
/** Answers are remembered for so long, in milliseconds. */
const longestSpanMs = 300_000;
const shortestSpanMs = 1_000;

/** A pace since it began, or was lowered. */
interface Course {
  /** What the server took before, in requests a second. */
  readonly perSecond: number;
  readonly leastPerSecond: number;
  /** After how many requests the pace is perSecond again. */
  readonly back: number;
  taken: number;
}

/**
 * How fast to send under a limit of which nothing tells but refusals. Off until the first of them. Then one request goes on trial,
 * and when it is taken, others follow at even distances, at first at seven tenths of the rate that the server was seen to take.
 * With every request that is taken the pace grows: fast at first, hardly where it was refused before, then faster and faster
 * (the curve of TCP's CUBIC, RFC 9438, over requests instead of time). The next refusal lowers it again.
 */
export class Pace {
  #course: Course | undefined;
  #trial: "none" | "due" | "under way" = "none";
  #sentAt = Number.NEGATIVE_INFINITY;
  /** When the answers came that were no refusals, oldest first. */
  #takenAt: number[] = [];
  /** When the server last began to refuse everything. */
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** Until when the limit was surely used up. */
  #fullUntil = Number.NEGATIVE_INFINITY;
  /** The longest that the server refused everything, in milliseconds: about the width of its window. */
  #spanMs = shortestSpanMs;

  /**
   * A request is being sent.
   *
   * @returns whether it goes on trial.
   */
  begin(now: number): boolean {
    this.#sentAt = now;
    if (this.#trial !== "due") return false;
    this.#trial = "under way";
    return true;
  }

  /** An answer came that was no refusal. */
  taken(now: number): void {
    this.#takenAt.push(now);
    const firstOfSpan = this.#takenAt.findIndex((at) => at > now - longestSpanMs);
    // Mostly there is nothing to take out, and a splice makes an array.
    if (firstOfSpan > 0) this.#takenAt.splice(0, firstOfSpan);
    if (this.#course !== undefined && this.#trial === "none") this.#course.taken += 1;
  }

  /**
   * A refusal came that no known limit explains, the first of those that were under way together.
   *
   * @param toldMs for how long the server says that it refuses, in milliseconds.
   */
  refused(now: number, toldMs = 0): void {
    if (this.#trial === "none") this.#refusedAt = now;
    this.#fullUntil = now + toldMs;
    this.#trial = "due";
  }

  /** The request on trial was refused, or never sent: another one is due. */
  tryAgain(): void {
    this.#trial = "due";
  }

  /** The request on trial was not refused. */
  passed(now: number): void {
    this.#trial = "none";
    this.#spanMs = Math.max(this.#spanMs, Math.min(longestSpanMs, now - this.#refusedAt));
    const seen = this.#takenAt.filter((at) => at >= this.#refusedAt - this.#spanMs);
    const since = Math.min(this.#refusedAt, seen[0] ?? now);
    // There was room again at some moment between the last refusal and now.
    const until = (Math.min(now, this.#fullUntil) + now) / 2;
    const measured = (seen.length * 1000) / Math.max(1, until - since);
    const before = this.#course === undefined ? Number.POSITIVE_INFINITY : perSecondOf(this.#course);
    const least = Math.max(leastOfAllPerSecond, Math.min(leastPerSecond, before * afterRefusal));
    this.#course = {
      perSecond: Math.max(least, Math.min(measured, before)),
      leastPerSecond: least,
      back: Math.max(1, seen.length * backAfter),
      taken: 0,
    };
  }

  /**
   * The earliest moment for the next request; Infinity while that depends on the one on trial.
   *
   * @param enoughPerSecond the pace ends when it has grown to this.
   */
  nextAt(enoughPerSecond: () => number, now: number): number {
    if (this.#trial === "under way") return Number.POSITIVE_INFINITY;
    const isOver = this.#course !== undefined && perSecondOf(this.#course) >= enoughPerSecond();
    if (isOver || now - this.#fullUntil > quietMs) this.#end();
    return this.#sentAt + this.spacingMs;
  }

  /** Between one request and the next, in milliseconds. */
  get spacingMs(): number {
    return this.#course === undefined || this.#trial !== "none" ? 0 : 1000 / perSecondOf(this.#course);
  }

  #end(): void {
    this.#course = undefined;
    this.#trial = "none";
    this.#spanMs = shortestSpanMs;
  }
}

function perSecondOf({ perSecond, leastPerSecond: least, back, taken }: Course): number {
  return Math.max(least, perSecond * (1 + (1 - afterRefusal) * (taken / back - 1) ** 3));
}
