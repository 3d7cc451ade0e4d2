import { type NamedWindow, type RateCategory, type RateLimits, windowsOf } from "./rate-limits";

/** On whose account a request is counted. */
export interface Caller {
  readonly app: string;
  /** The Pinterest user, "" for an app alone. */
  readonly user: string;
}

/** What the limits say of a request. */
export interface Allowance {
  readonly exceeded: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

interface Count {
  readonly start: number;
  used: number;
}

const UNLIMITED: Allowance = { exceeded: false, headers: {} };

/** Counts requests in fixed windows, each of which starts at its first request. */
export class Limiter {
  readonly #counts = new Map<string, Count>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request in all its windows; in none if one of them is full. */
  take(caller: Caller, category: RateCategory, limits: RateLimits): Allowance {
    const windows = windowsOf(limits, category);
    if (windows.length === 0) return UNLIMITED;
    const now = this.#now();
    const counted = windows.map((window) => ({ window, count: this.#count(caller, window, now) }));
    const exceeded = counted.some(({ window, count }) => count.used >= window.limit);
    const states = counted.map(({ window, count }) => {
      if (!exceeded) count.used += 1;
      const reset = Math.ceil((count.start + window.window * 1000 - now) / 1000);
      return { window, remaining: Math.max(0, window.limit - count.used), reset };
    });
    const [nearest] = states.toSorted(
      (one, other) => one.remaining - other.remaining || other.reset - one.reset,
    ) as [(typeof states)[number]];
    return { exceeded, headers: describe(nearest, windows) };
  }

  #count({ app, user }: Caller, { name, window, per }: NamedWindow, now: number): Count {
    const key = JSON.stringify([name, window, app, per === "app" ? "" : user]);
    const present = this.#counts.get(key);
    if (present && now < present.start + window * 1000) return present;
    const fresh = { start: now, used: 0 };
    this.#counts.set(key, fresh);
    return fresh;
  }
}

// As recorded from Pinterest: the limit of the window nearest exhaustion, then every window with its name.
function describe(
  { window, remaining, reset }: { window: NamedWindow; remaining: number; reset: number },
  windows: readonly NamedWindow[],
): Record<string, string> {
  const all = windows.map((each) => `${each.limit};w=${each.window};name="${each.name}"`);
  return {
    "x-ratelimit-limit": [window.limit, ...all].join(", "),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(reset),
  };
}
