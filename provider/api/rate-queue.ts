import { waitFor } from "../base/async";
import { type Clock, formatDuration, noticeAfterMs } from "../base/clock";
import type { RateCategory } from "./operations";
import { type Delay, RateLimits, type RequestEnd } from "./rate-limits";

/** A request that needs admission. */
interface AdmissionRequest {
  readonly category: RateCategory;
  /** Requests of a lower number are sent first. */
  readonly order: number;
  /** The time in milliseconds since 1970 at which its operation ends. */
  readonly endsAt: number;
  readonly signal?: AbortSignal | undefined;
  /** Its operation, for messages: "creating commerce integration "shop-1"". */
  readonly doing: string;
  /** Receives the message about a wait of this request and those behind it. */
  readonly onWait: (message: string) => void;
}

/** The permission to send one request. Must be called once, at the end of the request. */
export type Admission = (end: RequestEnd) => void;

/** A request cannot be sent before the end of its operation. */
export class NotAdmitted extends Error {
  override readonly name = "NotAdmitted";

  /** @param delay the rate limit that lasts longer than the operation. Undefined if the operation ended while the request waited. */
  constructor(readonly delay?: Delay) {
    super(delay?.reason);
  }
}

interface Waiting extends AdmissionRequest {
  admit(admission: Admission): void;
  reject(reason: NotAdmitted): void;
}

/** Admits an account's requests as its rate limits allow, in the order in which their operations started. */
export class RateQueue {
  private readonly limits: RateLimits;
  private readonly clock: Clock;
  /** In the order of admission. */
  private readonly waiting: Waiting[] = [];
  /** The time at which to report the wait of a category; Infinity if it is reported. Missing if no request waits, or only for a short time. */
  private noticeAt = new Map<RateCategory, number>();
  private timer: { readonly at: number; readonly stop: AbortController } | undefined;

  /** @param perMinute the user's limit. @default none */
  constructor(clock: Clock, perMinute?: number) {
    this.clock = clock;
    this.limits = new RateLimits(clock, perMinute);
  }

  /**
   * Waits until the request may be sent.
   *
   * @throws NotAdmitted at `endsAt`, or as soon as it is known that the wait is longer; the signal's reason if the signal is aborted.
   */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const { signal } = request;
    signal?.throwIfAborted();
    const { promise, resolve: admit, reject } = Promise.withResolvers<Admission>();
    const waiting: Waiting = { ...request, admit, reject };
    const next = this.waiting.findIndex(({ order }) => order > request.order);
    this.waiting.splice(next === -1 ? this.waiting.length : next, 0, waiting);
    this.update();
    try {
      return await waitFor(promise, signal);
    } finally {
      // An aborted request is still in the queue.
      if (this.remove(waiting)) this.update();
    }
  }

  private begin(category: RateCategory): Admission {
    const release = this.limits.begin(category);
    return (end) => {
      release(end);
      this.update();
    };
  }

  /** @returns whether the request waited. */
  private remove(request: Waiting): boolean {
    const index = this.waiting.indexOf(request);
    return index !== -1 && this.waiting.splice(index, 1).length > 0;
  }

  /** Admits and rejects requests, reports waits, and sets the timer for the next update. */
  private update(): void {
    const now = this.clock.now();
    const notices = new Map<RateCategory, number>();
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const [category, delay] of this.admitAll(now)) {
      const waiting = this.waiting.filter((request) => request.category === category);
      if (waiting.length === 0) continue;
      const ends = waiting.map(({ endsAt }) => endsAt);
      wakeAt = Math.min(wakeAt, ...(Number.isFinite(delay.until) ? [delay.until] : ends));
      const isLong = delay.until - now > noticeAfterMs;
      // More requests may join the wait until then.
      let noticeAt = this.noticeAt.get(category) ?? (isLong ? now + noticeAfterMs : undefined);
      if (noticeAt === undefined) continue;
      if (noticeAt <= now) {
        waiting[0]?.onWait(waitNotice(delay, waiting, now));
        noticeAt = Number.POSITIVE_INFINITY;
      }
      notices.set(category, noticeAt);
      wakeAt = Math.min(wakeAt, noticeAt);
    }
    this.noticeAt = notices;
    this.wakeAt(wakeAt);
  }

  /**
   * Admits the requests that need not wait any longer, and rejects those that would wait too long.
   *
   * @returns the delays of the categories whose next request must wait.
   */
  private admitAll(now: number): ReadonlyMap<RateCategory, Delay> {
    const delays = new Map<RateCategory, Delay>();
    for (const request of this.waiting.filter(({ signal }) => !signal?.aborted)) {
      const { category, endsAt } = request;
      const delay = delays.get(category) ?? this.limits.delay(category, now);
      if (delay !== undefined) delays.set(category, delay);
      // Timers are late on a busy machine, so that the end can have come without a delay.
      if (endsAt <= now) request.reject(new NotAdmitted());
      else if (delay === undefined) {
        this.noticeAt.delete(category);
        request.admit(this.begin(category));
      } else if (endsAt <= delay.until && Number.isFinite(delay.until))
        request.reject(new NotAdmitted(delay));
      else continue;
      this.remove(request);
    }
    return delays;
  }

  private wakeAt(at: number): void {
    if (this.timer?.at === at) return;
    this.timer?.stop.abort();
    this.timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const stop = new AbortController();
    this.timer = { at, stop };
    this.clock.sleep(Math.max(0, at - this.clock.now()), stop.signal).then(
      () => {
        this.timer = undefined;
        this.update();
      },
      // Another timer replaces this one.
      () => {},
    );
  }
}

/** The message about a wait, once for all requests of a category. */
function waitNotice({ until, reason }: Delay, waiting: readonly AdmissionRequest[], now: number): string {
  const others = waiting.length === 1 ? " continues" : ` and ${waiting.length - 1} more continue`;
  const when = Number.isFinite(until)
    ? `in ${formatDuration(until - now)}, at ${new Date(until).toISOString().slice(11, 19)} UTC`
    : "after requests in progress";
  return `Rate limited by ${reason}: ${waiting[0]?.doing}${others} ${when}`;
}
