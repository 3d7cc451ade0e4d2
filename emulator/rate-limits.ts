import { z } from "zod";

/** Pinterest's categories of operations. Each has its own limits. */
export type RateCategory = "ads_read" | "ads_write" | "org_read";

/** A limit of requests in a window of time, which starts at its first request. */
export interface RateWindow {
  /** Number of requests. */
  limit: number;
  /** Length of the window in seconds. */
  window: number;
}

/**
 * Windows of one app and user, by category: `ads_read`, `ads_write`, `org_read` for the token endpoint, and `safety_net` for all together.
 * A category that you omit has the windows of `standard`. An empty list removes its limit.
 */
export type RateWindows = { [C in RateCategory | "safety_net"]?: readonly RateWindow[] | undefined };

/** No limits, the published limits of Standard or Trial access, or your own windows. */
export type RateLimits = "off" | "standard" | "trial" | RateWindows;

const windows = z.array(z.strictObject({ limit: z.int().min(1), window: z.int().min(1) })).readonly();

const windowsSchema = z.strictObject({
  safety_net: windows.optional(),
  ads_read: windows.optional(),
  ads_write: windows.optional(),
  org_read: windows.optional(),
});

export const rateLimitsSchema: z.ZodType<RateLimits> = z.union(
  [z.enum(["off", "standard", "trial"]), windowsSchema],
  'Invalid input: expected off, standard, trial, or JSON such as {"ads_write":[{"limit":400,"window":60}]}, with the window in seconds',
);

/** A window with its name in headers, and the requests that it counts together. */
interface NamedWindow extends RateWindow {
  readonly name: string;
  readonly per: "app" | "app and user";
}

// The published limits of Standard access.
const standardLimits = {
  safety_net: [{ limit: 100, window: 1 }],
  ads_read: [{ limit: 1000, window: 60 }],
  ads_write: [{ limit: 400, window: 60 }],
  org_read: [{ limit: 1000, window: 60 }],
} as const satisfies RateWindows;

const daySeconds = 86_400;

/** The windows that count a request of a category. Their names are those in two recorded responses. */
function windowsOf(limits: RateLimits, category: RateCategory): NamedWindow[] {
  if (limits === "off") return [];
  const custom = typeof limits === "object" ? limits : {};
  const windowsFor = (key: keyof RateWindows, standard: readonly RateWindow[]): NamedWindow[] =>
    (custom[key] ?? standard).map((window) => ({
      ...window,
      name: `${key}_app_id_user_id`,
      per: "app and user",
    }));
  const safetyNet = windowsFor("safety_net", standardLimits.safety_net);
  if (limits !== "trial") return [...safetyNet, ...windowsFor(category, standardLimits[category])];
  // The names of the windows of Trial access were never recorded.
  const daily: NamedWindow[] = [{ limit: 1000, window: daySeconds, name: "trial_app_id", per: "app" }];
  if (category === "ads_write")
    daily.push({ limit: 300, window: daySeconds, name: "ads_write_app_id", per: "app" });
  return [...safetyNet, ...daily];
}

/** App and Pinterest user of a request. */
export interface Caller {
  readonly app: string;
  /** "" at the token endpoint if the refresh token is unknown. */
  readonly user: string;
}

/** Counts requests in fixed windows. A window starts at its first request. */
export class RateLimiter {
  private readonly counts = new Map<string, { readonly start: number; used: number }>();

  constructor(private readonly now: () => number) {}

  /**
   * Counts a request in all windows of its category, or in none if one of them is full.
   *
   * @returns whether a window is full, and the headers of the response.
   */
  take(caller: Caller, category: RateCategory, limits: RateLimits) {
    const windows = windowsOf(limits, category);
    if (windows.length === 0) return { exceeded: false, headers: {} };
    const now = this.now();
    const counted = windows.map((window) => ({ window, count: this.count(caller, window, now) }));
    const exceeded = counted.some(({ window, count }) => count.used >= window.limit);
    const states = counted.map(({ window, count }) => {
      if (!exceeded) count.used += 1;
      const reset = Math.ceil((count.start + window.window * 1000 - now) / 1000);
      return { window, remaining: Math.max(0, window.limit - count.used), reset };
    });
    const [nearest] = states.toSorted(
      (one, other) => one.remaining - other.remaining || other.reset - one.reset,
    ) as [(typeof states)[number]];
    // As recorded: the limit of the window that is nearest to its limit, then every window with its name.
    const all = windows.map(({ limit, window, name }) => `${limit};w=${window};name="${name}"`);
    const headers = {
      "x-ratelimit-limit": [nearest.window.limit, ...all].join(", "),
      "x-ratelimit-remaining": String(nearest.remaining),
      "x-ratelimit-reset": String(nearest.reset),
    };
    return { exceeded, headers };
  }

  private count({ app, user }: Caller, { name, window, per }: NamedWindow, now: number) {
    const key = JSON.stringify([name, window, app, per === "app" ? "" : user]);
    const present = this.counts.get(key);
    if (present && now < present.start + window * 1000) return present;
    const count = { start: now, used: 0 };
    this.counts.set(key, count);
    return count;
  }
}
