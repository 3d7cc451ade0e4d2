import { type Clock, formatDuration, noticeAfterMs } from "../base/clock";
import type { RateCategory } from "./operations";
import { type Delay, RateLimits, type Usage } from "./rate-limits";

/** A request that needs admission. */
interface AdmissionRequest {
  readonly category: RateCategory;
  /** Requests of a lower number are sent first. */
  readonly order: number;
  /** The end of its operation, in milliseconds since 1970. */
  readonly endsAt: number;
  readonly signal?: AbortSignal | undefined;
  /** What it does, for messages: "creating commerce integration "shop-1"". */
  readonly doing: string;
  /** Receives the message about a wait of this request and those behind it. */
  readonly onWait: (message: string) => void;
}

/** The permission to send one request. Must be called once, at the end of the request. */
export type Admission = (usage: Usage) => void;

/** A request would have to wait until after the end of its operation. Without a delay, that end has passed. */
export class AdmissionTooLate extends Error {
  override readonly name = "AdmissionTooLate";
  constructor(readonly delay: Delay | undefined) {
    super(delay?.reason);
  }
}

interface Waiting extends AdmissionRequest {
  admit(): void;
  reject(reason: unknown): void;
}

/** Admits an account's requests as its rate limits allow, in the order in which their operations started. */
export class RateQueue {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  /** In the order of admission. */
  readonly #waiting: Waiting[] = [];
  #notices = new Map<RateCategory, WaitNotice>();
  #timer: { readonly at: number; readonly stop: AbortController } | undefined;

  /** @param perMinute the user's limit. */
  constructor(clock: Clock, perMinute?: number) {
    this.#clock = clock;
    this.#limits = new RateLimits(clock, perMinute);
  }

  /**
   * Waits until the request may be sent.
   *
   * @throws AdmissionTooLate as soon as it is known that this is after `endsAt`; the signal's reason if the signal is aborted.
   */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const { signal } = request;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener("abort", onAbort);
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      };
      const waiting: Waiting = {
        ...request,
        admit: () => {
          leave();
          const end = this.#limits.begin(request.category);
          resolve((usage) => {
            end(usage);
            this.#update();
          });
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => {
        waiting.reject(signal?.reason);
        this.#update();
      };
      signal?.addEventListener("abort", onAbort);
      const next = this.#waiting.findIndex(({ order }) => order > request.order);
      this.#waiting.splice(next === -1 ? this.#waiting.length : next, 0, waiting);
      this.#update();
    });
  }

  /** Admits the requests that need not wait any longer, rejects those that would wait too long, and sets the timer for the others. */
  #update(): void {
    const now = this.#clock.now();
    const delays = new Map<RateCategory, Delay>();
    for (const request of [...this.#waiting]) {
      const { category } = request;
      const delay = delays.get(category) ?? this.#limits.delay(category, now);
      if (delay !== undefined) delays.set(category, delay);
      const isUnknown = delay === undefined || delay.until === Number.POSITIVE_INFINITY;
      // Timers are late on a busy machine, so that the end can have come without a delay.
      if (request.endsAt <= (isUnknown ? now : delay.until))
        request.reject(new AdmissionTooLate(isUnknown ? undefined : delay));
      else if (delay === undefined) {
        this.#notices.delete(category);
        request.admit();
      }
    }
    const notices = new Map<RateCategory, WaitNotice>();
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const [category, delay] of delays) {
      const waiting = this.#waiting.filter((request) => request.category === category);
      if (waiting.length === 0) continue;
      const notice = this.#notices.get(category) ?? new WaitNotice();
      notices.set(category, notice);
      const isUnknown = delay.until === Number.POSITIVE_INFINITY;
      const due = isUnknown ? Math.min(...waiting.map(({ endsAt }) => endsAt)) : delay.until;
      wakeAt = Math.min(wakeAt, due, notice.update(delay, waiting, now));
    }
    this.#notices = notices;
    this.#wakeAt(wakeAt);
  }

  #wakeAt(at: number): void {
    if (this.#timer?.at === at) return;
    this.#timer?.stop.abort();
    this.#timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const stop = new AbortController();
    this.#timer = { at, stop };
    this.#clock.sleep(Math.max(0, at - this.#clock.now()), stop.signal).then(
      () => {
        this.#timer = undefined;
        this.#update();
      },
      // Another timer replaces this one.
      () => {},
    );
  }
}

/** Reports a wait once for all requests of a category, when it has lasted for {@link noticeAfterMs}, because more may join until then. */
class WaitNotice {
  #since: number | undefined;
  #isSent = false;

  /** Sends the notice if it is due. @returns when to call this again; Infinity if the wait is short, or reported. */
  update(delay: Delay, waiting: readonly AdmissionRequest[], now: number): number {
    const [first] = waiting;
    const isShort = this.#since === undefined && delay.until - now <= noticeAfterMs;
    if (first === undefined || isShort || this.#isSent) return Number.POSITIVE_INFINITY;
    this.#since ??= now;
    const due = this.#since + noticeAfterMs;
    if (now < due) return due;
    this.#isSent = true;
    const others = waiting.length === 1 ? " continues" : ` and ${waiting.length - 1} more continue`;
    const { until, reason } = delay;
    const when =
      until === Number.POSITIVE_INFINITY
        ? "after requests in progress"
        : `in ${formatDuration(until - now)}, at ${new Date(until).toISOString().slice(11, 19)} UTC`;
    first.onWait(`Rate limited by ${reason}: ${first.doing}${others} ${when}`);
    return Number.POSITIVE_INFINITY;
  }
}
