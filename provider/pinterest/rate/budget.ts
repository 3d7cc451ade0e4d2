import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { CategoryState, type Obstacle, type Refusal } from "./category";
import type { RateLimit, RateReport } from "./header";
import { publishedLimits, safetyNet } from "./limits";
import { StallNotice } from "./stall";
import { RateWindow } from "./window";

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

/** How a request ended that was admitted. */
export type Usage =
  /** It was surely not sent. */
  | { readonly kind: "unsent" }
  /** It was, or may have been. */
  | {
      readonly kind: "sent";
      readonly report?: RateReport;
      readonly refusal?: Pick<Refusal, "toldMs" | "said">;
    };

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

/**
 * The rate limits of one account: which of its requests may be sent when. It begins with the limits that Pinterest publishes,
 * learns others from the answers, and counts what is under way, so that no limit is met as long as nobody else uses it.
 */
export class RateBudget {
  readonly #clock: Clock;
  readonly #windows = new Map<string, RateWindow>();
  readonly #categories = new Map<RateCategory, CategoryState>();
  readonly #queues = new Map<RateCategory, Waiting[]>();
  readonly #stalls = new Map<RateCategory, StallNotice>();
  #cap: RateWindow | undefined;
  #timer: { readonly at: number; readonly stop: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The user's own limit over all categories, in requests a minute; the lowest that was given holds. */
  limitPerMinute(quota: number): void {
    this.#cap ??= new RateWindow({ name: "", quota, widthMs: 60_000 });
    this.#cap.quota = Math.min(this.#cap.quota, quota);
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

  /** Until when refusals keep a category closed: now if they do not. */
  closedUntil(category: RateCategory): number {
    return this.#stateOf(category).closedUntil(this.#clock.now());
  }

  #admitAll(): void {
    const now = this.#clock.now();
    const obstacles = new Map<RateCategory, Obstacle>();
    for (let next = this.#next(obstacles); next !== undefined; next = this.#next(obstacles)) {
      const state = this.#stateOf(next.category);
      const obstacle = state.obstacle(this.#cap, (window) => this.#inFlightOf(window), now);
      if (obstacle === undefined) {
        this.#stallOf(next.category).over();
        next.admit(this.#admission(state));
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
      const stall = this.#stallOf(category);
      if (obstacle === undefined || queue.length === 0) stall.over();
      else wakeAt = Math.min(wakeAt, obstacle.until, stall.at(now, obstacle, queue));
    }
    this.#wake(wakeAt, now);
  }

  #rejectLate(queue: readonly Waiting[], obstacle: Obstacle): void {
    if (obstacle.until === Number.POSITIVE_INFINITY) return;
    for (const waiting of [...queue]) {
      if (waiting.endsAt <= obstacle.until) waiting.reject(new AdmissionTooLate(obstacle));
    }
  }

  #admission(state: CategoryState): Admission {
    state.inFlight += 1;
    const { closings } = state;
    return {
      end: (usage) => {
        state.inFlight -= 1;
        if (usage.kind === "sent") this.#used(state, closings, usage);
        this.#admitAll();
      },
    };
  }

  #used(
    state: CategoryState,
    closings: number,
    { report, refusal }: Usage & { readonly kind: "sent" },
  ): void {
    const now = this.#clock.now();
    for (const window of state.windows) window.answered(now);
    this.#cap?.answered(now);
    const nearest = report === undefined ? undefined : this.#learn(state, report, now);
    if (refusal === undefined) {
      state.admitted(closings);
    } else {
      const window = report?.nearest?.remaining === 0 ? nearest : undefined;
      state.refused({ ...refusal, closings, window }, this.#clock);
    }
  }

  /**
   * What an answer names replaces what was published, but the safety net stays where it names only others.
   *
   * @returns the window nearest exhaustion, where the answer tells.
   */
  #learn(state: CategoryState, { limits, nearest }: RateReport, now: number): RateWindow | undefined {
    if (limits.length > 0) {
      const named = new Set(limits.map((limit) => this.#learned(limit, state)));
      const names = [...named].map(({ name }) => name);
      const namesNet = names.includes(safetyNet);
      const namesOthers = names.some((name) => name !== safetyNet);
      const kept = state.windows.filter(({ name }) => (name === safetyNet ? !namesNet : !namesOthers));
      state.windows = [...new Set([...kept, ...named])];
    }
    if (nearest === undefined) return undefined;
    const window = this.#learned(nearest.limit, state);
    window.believe(nearest.remaining, nearest.resetMs, this.#inFlightOf(window), now);
    return window;
  }

  /** What was sent before the limit was known counts as what the category's longest limit has counted. */
  #learned(limit: RateLimit, state: CategoryState): RateWindow {
    const longest = state.windows.toSorted((a, b) => b.widthMs - a.widthMs)[0];
    const window = this.#windowOf(limit, longest);
    window.quota = limit.quota;
    return window;
  }

  /** Windows of one name and width are one, whichever category they are met in. */
  #windowOf(limit: RateLimit, like?: RateWindow): RateWindow {
    const key = `${limit.name}/${limit.widthMs}`;
    const window = this.#windows.get(key) ?? new RateWindow(limit, like);
    this.#windows.set(key, window);
    return window;
  }

  #inFlightOf(window: RateWindow): number {
    let count = 0;
    for (const state of this.#categories.values()) {
      if (window === this.#cap || state.windows.includes(window)) count += state.inFlight;
    }
    return count;
  }

  #stateOf(category: RateCategory): CategoryState {
    let state = this.#categories.get(category);
    if (state === undefined) {
      state = new CategoryState(
        category,
        publishedLimits[category].map((limit) => this.#windowOf(limit)),
      );
      this.#categories.set(category, state);
    }
    return state;
  }

  #queueOf(category: RateCategory): Waiting[] {
    const queue = this.#queues.get(category) ?? [];
    this.#queues.set(category, queue);
    return queue;
  }

  #stallOf(category: RateCategory): StallNotice {
    const stall = this.#stalls.get(category) ?? new StallNotice();
    this.#stalls.set(category, stall);
    return stall;
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
