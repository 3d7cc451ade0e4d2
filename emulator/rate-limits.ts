import { z } from "zod";

/** Pinterest's classes of operations, each with limits of its own. */
export type RateCategory = "ads_read" | "ads_write" | "org_read";

/** So many requests in a window of so many seconds, which starts at its first request. */
export interface RateWindow {
  limit: number;
  /** Seconds. */
  window: number;
}

/** The windows of one app and user: over all categories (`safety_net`), and of each. What is absent is as in "standard"; an empty list is no limit. */
export type RateWindows = { [C in RateCategory | "safety_net"]?: readonly RateWindow[] | undefined };

/**
 * How often clients may ask: as often as they like, as Pinterest lets an app with Standard access or one with Trial
 * access, or as windows of one's own say.
 */
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

/** A window that holds for a category of operations: whose requests it counts together, and what it is called. */
export interface NamedWindow extends RateWindow {
  readonly name: string;
  readonly per: "app" | "app and user";
}

// The published limits of Standard access; that the names of the windows follow the categories was seen twice.
const STANDARD = {
  safety_net: [{ limit: 100, window: 1 }],
  ads_read: [{ limit: 1000, window: 60 }],
  ads_write: [{ limit: 400, window: 60 }],
  org_read: [{ limit: 1000, window: 60 }],
} as const satisfies RateWindows;

const DAY = 86_400;

/** The windows that a request of a category must fit in. */
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
  // How Pinterest calls the windows of Trial access was not seen.
  const daily: NamedWindow[] = [{ limit: 1000, window: DAY, name: "trial_app_id", per: "app" }];
  if (category === "ads_write") daily.push({ limit: 300, window: DAY, name: "ads_write_app_id", per: "app" });
  return [...safetyNet, ...daily];
}
