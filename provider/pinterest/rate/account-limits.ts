import type { Clock } from "../clock";
import type { RateCategory } from "../operations";
import { CategoryState, type Obstacle, type Refusal, type Sent } from "./category";
import type { RateLimit, RateReport } from "./header";
import { publishedLimits, safetyNet } from "./limits";
import { RateWindow } from "./window";

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

/**
 * What is known of an account's rate limits, and how much of each is used. It begins with the limits that Pinterest publishes and
 * learns others from the answers.
 */
export class AccountLimits {
  readonly #windows = new Map<string, RateWindow>();
  /** The same by what answers say, which is mostly one and the same object. */
  readonly #byLimit = new WeakMap<RateLimit, RateWindow>();
  readonly #categories = new Map<RateCategory, CategoryState>();
  #cap: RateWindow | undefined;

  constructor(private readonly clock: Clock) {}

  /** The user's own limit over all categories, in requests a minute; the lowest that was given holds. */
  limitPerMinute(quota: number): void {
    this.#cap ??= new RateWindow({ name: "", quota, widthMs: 60_000 });
    this.#cap.quota = Math.min(this.#cap.quota, quota);
  }

  /** What keeps the next request of a category back; undefined if it may be sent now. */
  obstacle(category: RateCategory, now: number): Obstacle | undefined {
    return this.#stateOf(category).obstacle(this.#cap, (window) => this.#inFlightOf(window), now);
  }

  /** Until when refusals keep a category closed: now if they do not. */
  closedUntil(category: RateCategory, now: number): number {
    return this.#stateOf(category).closedUntil(now);
  }

  /**
   * A request is being sent.
   *
   * @returns what to call when it is over.
   */
  begin(category: RateCategory): (usage: Usage) => void {
    const state = this.#stateOf(category);
    state.inFlight += 1;
    const sent = state.begin(this.clock.now());
    return (usage) => {
      state.inFlight -= 1;
      if (usage.kind === "sent") this.#used(state, sent, usage);
      else state.unsent(sent);
    };
  }

  #used(state: CategoryState, sent: Sent, { report, refusal }: Usage & { readonly kind: "sent" }): void {
    const now = this.clock.now();
    for (const window of state.windows) window.answered(now);
    this.#cap?.answered(now);
    const nearest = report === undefined ? undefined : this.#learn(state, report, now);
    if (refusal === undefined) {
      state.admitted(sent, report !== undefined, now);
    } else {
      const window = report?.nearest?.remaining === 0 ? nearest : undefined;
      state.refused(sent, { ...refusal, window }, this.clock);
    }
  }

  /**
   * What an answer names replaces what was published, but the safety net stays where it names only others.
   *
   * @returns the window nearest exhaustion, where the answer tells.
   */
  #learn(state: CategoryState, { limits, nearest }: RateReport, now: number): RateWindow | undefined {
    const named = limits.map((limit) => this.#learned(limit, state));
    // Nearly every answer names what the one before did.
    const isNew = named.length !== state.named.length || named.some((one, at) => one !== state.named[at]);
    if (isNew && named.length > 0) {
      state.named = named;
      const names = named.map(({ name }) => name);
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
    const window = this.#windowOf(limit, () => state.windows.toSorted((a, b) => b.widthMs - a.widthMs)[0]);
    window.quota = limit.quota;
    return window;
  }

  /** Windows of one name and width are one, whichever category they are met in. */
  #windowOf(limit: RateLimit, like?: () => RateWindow | undefined): RateWindow {
    let window = this.#byLimit.get(limit);
    if (window === undefined) {
      const key = `${limit.name}/${limit.widthMs}`;
      window = this.#windows.get(key) ?? new RateWindow(limit, like?.());
      this.#windows.set(key, window);
      this.#byLimit.set(limit, window);
    }
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
}
