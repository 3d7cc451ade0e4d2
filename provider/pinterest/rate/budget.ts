import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { AccountLimits, type Usage } from "./account-limits";
import type { Obstacle } from "./category";
import { StallNotice } from "./stall";

/** A request that wants to be sent. */
export interface AdmissionRequest {
  readonly category: RateCategory;
  /** Its operation's place in the queue: the lower goes first, also when it comes back after a refusal. */
  readonly ticket: number;
  /** When its operation has to be over, in epoch milliseconds. */
  readonly endsAt: number;
  readonly signal?: AbortSignal | undefined;
  /** What it does and on what, for messages. */
  readonly doing: string;
  /** Told when it, and others with it, are kept waiting. */
  readonly onWait: (message: string) => void;
}

/** Leave to send one request. */
export interface Admission {
  /** To be called once, when the request is over. */
  end(usage: Usage): void;
}

/** A request cannot be sent before its operation has to be over. */
export class AdmissionTooLate extends Error {
  override readonly name = "AdmissionTooLate";
  constructor(readonly obstacle: Obstacle) {
    super(obstacle.reason);
  }
}

interface Waiting extends AdmissionRequest {
  admit(admission: Admission): void;
  reject(reason: unknown): void;
}

/** Who of one account may send when: in the order in which the operations began, as its limits admit. */
export class RateBudget {
  readonly limits: AccountLimits;
  readonly #clock: Clock;
  readonly #queues = new Map<RateCategory, Waiting[]>();
  readonly #stalls = new Map<RateCategory, { readonly all: StallNotice; readonly oneByOne: StallNotice }>();
  #timer: { readonly at: number; readonly stop: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.limits = new AccountLimits(clock);
  }

  /** Leave for a request that need not wait; undefined where it has to, or others wait before it. */
  acquireAtOnce(category: RateCategory): Admission | undefined {
    if (this.#somebodyWaits() || this.limits.obstacle(category, this.#clock.now()) !== undefined)
      return undefined;
    return this.#admission(category);
  }

  /**
   * Waits until the request may be sent.
   *
   * @throws AdmissionTooLate as soon as it is known that this is after `endsAt`; the signal's reason when it is aborted.
   */
  async acquire(request: AdmissionRequest): Promise<Admission> {
    request.signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const queue = this.#queueOf(request.category);
      const leave = (): void => {
        request.signal?.removeEventListener("abort", onAbort);
        queue.splice(queue.indexOf(waiting), 1);
      };
      const waiting: Waiting = {
        ...request,
        admit: (admission) => {
          leave();
          resolve(admission);
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => {
        waiting.reject(request.signal?.reason);
        this.#admitAll();
      };
      request.signal?.addEventListener("abort", onAbort);
      const behind = queue.findIndex(({ ticket }) => ticket > request.ticket);
      queue.splice(behind === -1 ? queue.length : behind, 0, waiting);
      this.#admitAll();
    });
  }

  #admitAll(): void {
    const now = this.#clock.now();
    const obstacles = new Map<RateCategory, Obstacle>();
    for (let next = this.#next(obstacles); next !== undefined; next = this.#next(obstacles)) {
      const obstacle = this.limits.obstacle(next.category, now);
      if (obstacle === undefined) {
        this.#stallsOf(next.category).all.over();
        next.admit(this.#admission(next.category));
      } else {
        obstacles.set(next.category, obstacle);
        this.#rejectLate(this.#queueOf(next.category), obstacle);
      }
    }
    this.#wait(obstacles, now);
  }

  /** The first of all that wait, but for categories that are held back: a limit over all of them serves them in one order. */
  #next(heldBack: ReadonlyMap<RateCategory, Obstacle>): Waiting | undefined {
    let first: Waiting | undefined;
    for (const [category, [head]] of this.#queues) {
      if (head === undefined || heldBack.has(category)) continue;
      if (first === undefined || head.ticket < first.ticket) first = head;
    }
    return first;
  }

  #wait(obstacles: ReadonlyMap<RateCategory, Obstacle>, now: number): void {
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const [category, queue] of this.#queues) {
      const obstacle = obstacles.get(category);
      const { all, oneByOne } = this.#stallsOf(category);
      if (obstacle === undefined || queue.length === 0) {
        all.over();
        oneByOne.over();
        continue;
      }
      const stall = obstacle.spacingMs === undefined ? all : oneByOne;
      wakeAt = Math.min(wakeAt, obstacle.until, stall.at(now, obstacle, queue));
    }
    this.#wake(wakeAt, now);
  }

  #admission(category: RateCategory): Admission {
    const over = this.limits.begin(category);
    return {
      end: (usage) => {
        over(usage);
        if (this.#somebodyWaits()) this.#admitAll();
      },
    };
  }

  #somebodyWaits(): boolean {
    for (const { length } of this.#queues.values()) if (length > 0) return true;
    return false;
  }

  #rejectLate(queue: readonly Waiting[], obstacle: Obstacle): void {
    if (obstacle.until === Number.POSITIVE_INFINITY) return;
    for (const waiting of [...queue]) {
      if (waiting.endsAt <= obstacle.until) waiting.reject(new AdmissionTooLate(obstacle));
    }
  }

  #queueOf(category: RateCategory): Waiting[] {
    const queue = this.#queues.get(category) ?? [];
    this.#queues.set(category, queue);
    return queue;
  }

  /** The wait of all is over when one of them is admitted, that of requests which go one by one when none is left. */
  #stallsOf(category: RateCategory) {
    const stalls = this.#stalls.get(category) ?? { all: new StallNotice(), oneByOne: new StallNotice() };
    this.#stalls.set(category, stalls);
    return stalls;
  }

  #wake(at: number, now: number): void {
    if (this.#timer?.at === at) return;
    this.#timer?.stop.abort();
    this.#timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const stop = new AbortController();
    this.#timer = { at, stop };
    this.#clock.sleep(Math.max(0, at - now), stop.signal).then(
      () => {
        this.#timer = undefined;
        this.#admitAll();
      },
      // Stopped: another timer is set, or nobody waits.
      () => {},
    );
  }
}
