/** The access that Pinterest has granted an app. */
export const accesses = ["standard", "trial"] as const;
export type Access = (typeof accesses)[number];

/** What a limit says of one request. */
interface Verdict {
  readonly limit: Limit;
  /** What is left of it after the request, never less than 0. */
  readonly remaining: number;
  /** Until something of it is free again. */
  readonly resetMs: number;
}

/** So many requests in any span of so many seconds, of each user, or of the app and all its users together. */
interface Limit {
  readonly name: string;
  readonly quota: number;
  readonly seconds: number;
  readonly per: "user" | "app";
}

const safetyNet: Limit = { name: "safety_net_app_id_user_id", quota: 100, seconds: 1, per: "user" };

/** What Pinterest publishes for requests that read. */
const published: Readonly<Record<Access, readonly Limit[]>> = {
  standard: [safetyNet, { name: "ads_read_app_id_user_id", quota: 1000, seconds: 60, per: "user" }],
  // What Pinterest calls this limit in its answers is not known.
  trial: [safetyNet, { name: "trial_app_id", quota: 1000, seconds: 86_400, per: "app" }],
};

/**
 * Pinterest's published limits, kept by times of requests alone; shares nothing with the client's own reckoning. Any span counts,
 * wherever it begins, which is stricter than windows that begin at some moment.
 */
export class Limits {
  readonly #limits: readonly Limit[];
  /** When the requests came that count, oldest first, by limit and user. */
  readonly #times = new Map<string, number[]>();

  constructor(access: Access) {
    this.#limits = published[access];
  }

  /**
   * Counts a request against all limits; against none of them when one is used up.
   *
   * @param user whose token it carries.
   * @param now epoch milliseconds.
   */
  take(user: string, now: number): { admitted: boolean; headers: Record<string, string> } {
    const counted = this.#limits.map((limit) => ({ limit, times: this.#timesOf(limit, user, now) }));
    const admitted = counted.every(({ limit, times }) => times.length < limit.quota);
    if (admitted) for (const { times } of counted) times.push(now);
    const [nearest] = counted
      .map(({ limit, times }) => ({
        limit,
        remaining: limit.quota - times.length,
        resetMs: (times[0] ?? now) + limit.seconds * 1000 - now,
      }))
      .sort((one, other) => one.remaining - other.remaining);
    return { admitted, headers: this.#headers(nearest as Verdict) };
  }

  #timesOf({ name, seconds, per }: Limit, user: string, now: number): number[] {
    const key = `${name}/${per === "app" ? "" : user}`;
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    while (times[0] !== undefined && times[0] <= now - seconds * 1000) times.shift();
    return times;
  }

  /** As recorded from Pinterest: the quota nearest exhaustion, then every limit with its name. */
  #headers({ limit, remaining, resetMs }: Verdict): Record<string, string> {
    const all = this.#limits.map(({ quota, seconds, name }) => `${quota};w=${seconds};name="${name}"`);
    return {
      "x-ratelimit-limit": [limit.quota, ...all].join(", "),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset": String(Math.ceil(resetMs / 1000)),
    };
  }
}
