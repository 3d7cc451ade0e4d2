import type { RateCategory } from "../operations";
import type { RateLimit } from "./header";

/** The limit over all categories together. */
export const safetyNet = "safety_net";

/** The limits of an app with Standard access, for each user, as Pinterest publishes them: what holds until an answer tells more. */
export const publishedLimits: Readonly<Record<RateCategory, readonly RateLimit[]>> = {
  ads_read: limitsOf("ads_read", 1000),
  ads_write: limitsOf("ads_write", 400),
};

function limitsOf(category: RateCategory, perMinute: number): RateLimit[] {
  return [
    { name: safetyNet, quota: 100, widthMs: 1000 },
    { name: category, quota: perMinute, widthMs: 60_000 },
  ];
}
