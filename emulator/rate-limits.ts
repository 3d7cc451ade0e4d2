import { z } from "zod";

/** Pinterest's categories of operations. Each has its own limits. */
export type RateCategory = "ads_read" | "ads_write" | "org_read";

/** A limit of requests in a window of time, which starts at its first request. */
export interface RateWindow {
  /** Number of requests. */
  limit: number;
  /** Length of the window, in seconds. */
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

export const rateLimitsSchema = z.union([
  z.enum(["off", "standard", "trial"]),
  z.strictObject({
    safety_net: windows.optional(),
    ads_read: windows.optional(),
    ads_write: windows.optional(),
    org_read: windows.optional(),
  }),
]) satisfies z.ZodType<RateLimits>;

/** A window of a category, with its name and the requests that it counts together. */
export interface NamedWindow extends RateWindow {
  readonly name: string;
  readonly per: "app" | "app and user";
}

// The published limits of Standard access. The names of the windows follow the categories in two recorded answers.
const STANDARD = {
  safety_net: [{ limit: 100, window: 1 }],
  ads_read: [{ limit: 1000, window: 60 }],
  ads_write: [{ limit: 400, window: 60 }],
  org_read: [{ limit: 1000, window: 60 }],
} as const satisfies RateWindows;

const DAY = 86_400;

/** The windows that count a request of a category. */
export function windowsOf(limits: RateLimits, category: RateCategory): NamedWindow[] {
  if (limits === "off") return [];
  const own = typeof limits === "object" ? limits : {};
  const named = (key: keyof RateWindows, standard: readonly RateWindow[]): NamedWindow[] =>
    (own[key] ?? standard).map((window) => ({
      ...window,
      name: `${key}_app_id_user_id`,
      per: "app and user",
    }));
  const safetyNet = named("safety_net", STANDARD.safety_net);
  if (limits !== "trial") return [...safetyNet, ...named(category, STANDARD[category])];
  // The names of the windows of Trial access were never recorded.
  const daily: NamedWindow[] = [{ limit: 1000, window: DAY, name: "trial_app_id", per: "app" }];
  if (category === "ads_write") daily.push({ limit: 300, window: DAY, name: "ads_write_app_id", per: "app" });
  return [...safetyNet, ...daily];
}
