import { waitFor } from "../base/async";
import { type Clock, formatDuration, noticeAfterMs } from "../base/clock";
import type { RateCategory } from "./operations";
import { type Block, RateLimits, type RequestEnd } from "./rate-limits";

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

/** Ends an admitted request. Must be called once. */
export type Release = (end: RequestEnd) => void;

/** A request cannot be sent before the end of its operation. */
export class NotAdmitted extends Error {
  override readonly name = "NotAdmitted";

  /** @param block the rate limit that lasts longer than the operation. Undefined if the operation ended while the request waited. */
  constructor(readonly block?: Block) {
    super(block?.reason);
  }
}

interface Waiting extends AdmissionRequest {
  admit(release: Release): void;
  reject(reason: NotAdmitted): void;
}

/** The report of a category's wait to the user, once for all of its requests. */
type Notice = { readonly reportAt: number; isReported: boolean };

/** The notice of a wait that starts now. More requests may join the wait until it is reported. Undefined for a short wait. */
function newNotice({ until }: Block, now: number): Notice | undefined {
  return until - now > noticeAfterMs ? { reportAt: now + noticeAfterMs, isReported: false } : undefined;
}

/** Admits an account's requests as its rate limits allow, in the order in which their operations started. */
export class RateQueue {
  private readonly limits: RateLimits;
  /** In the order of admission. */
  private readonly waiting: Waiting[] = [];
  /** A category has none if no request waits, or only for a short time. */
  private notices = new Map<RateCategory, Notice>();
  private timer: { readonly at: number; readonly stop: AbortController } | undefined;

  /** @param perMinute the user's limit. @default none */
  constructor(
    private readonly clock: Clock,
    perMinute?: number,
  ) {
    this.limits = new RateLimits(clock, perMinute);
  }

  /**
   * Waits until the request may be sent.
   *
   * @throws NotAdmitted at `endsAt`, or as soon as it is known that the wait is longer; the signal's reason if the signal is aborted.
   */
  async admit(request: AdmissionRequest): Promise<Release> {
    const { signal } = request;
    signal?.throwIfAborted();
    const { promise, resolve: admit, reject } = Promise.withResolvers<Release>();
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

  private acquire(category: RateCategory, now: number): Release {
    const release = this.limits.acquire(category, now);
    return (end) => {
      release(end, this.clock.now());
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
    const { blocks, admitted } = this.admitAll(now);
    const notices = new Map<RateCategory, Notice>();
    const wakeTimes: number[] = [];
    for (const [category, block] of blocks) {
      const waiting = this.waiting.filter((request) => request.category === category);
      const [first] = waiting;
      if (first === undefined) continue;
      wakeTimes.push(block.until, ...waiting.map(({ endsAt }) => endsAt));
      // If a request of the category was admitted, the remaining ones start a new wait, with its own notice.
      const current = admitted.has(category) ? undefined : this.notices.get(category);
      const notice = current ?? newNotice(block, now);
      if (notice === undefined) continue;
      notices.set(category, notice);
      if (!notice.isReported && notice.reportAt <= now) {
        notice.isReported = true;
        first.onWait(waitNotice(block, waiting, now));
      }
      if (!notice.isReported) wakeTimes.push(notice.reportAt);
    }
    this.notices = notices;
    this.wakeAt(Math.min(...wakeTimes));
  }

  /**
   * Admits the requests that need not wait any longer, and rejects those that would wait too long. Returns the categories with an admitted request,
   * and the limits of those whose next request must wait.
   */
  private admitAll(now: number) {
    const admitted = new Set<RateCategory>();
    const blocks = new Map<RateCategory, Block>();
    // An aborted request leaves the queue in a microtask. If it were admitted before that, nobody would release it.
    for (const request of this.waiting.filter(({ signal }) => !signal?.aborted)) {
      const { category, endsAt } = request;
      const block = blocks.get(category) ?? this.limits.block(category, now);
      if (block !== undefined) blocks.set(category, block);
      // Timers are late on a busy machine, so that the end can have come although no limit lasts longer.
      if (endsAt <= now) request.reject(new NotAdmitted());
      else if (block === undefined) {
        admitted.add(category);
        request.admit(this.acquire(category, now));
      } else if (endsAt <= block.until && Number.isFinite(block.until))
        request.reject(new NotAdmitted(block));
      else continue;
      this.remove(request);
    }
    return { blocks, admitted };
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
function waitNotice({ until, reason }: Block, waiting: readonly AdmissionRequest[], now: number): string {
  const others = waiting.length === 1 ? " continues" : ` and ${waiting.length - 1} more continue`;
  const when = Number.isFinite(until)
    ? `in ${formatDuration(until - now)}, at ${new Date(until).toISOString().slice(11, 19)} UTC`
    : "after requests in progress";
  return `Rate limited by ${reason}: ${waiting[0]?.doing}${others} ${when}`;
}
