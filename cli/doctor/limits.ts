import type { ResponseEvent } from "../../provider/api";
import { formatDuration } from "../../provider/api/clock";
import { safetyNet } from "../../provider/api/rate-limits";
import type { RateLimit, RateReport } from "../../provider/api/response-headers";
import { figure } from "../text/counted";
import { type Check, ok, warning } from "./check";

const dayMs = 86_400_000;

/** The app's kind of access and its remaining requests, from the headers of an answer. */
export function checkLimits(answer: Pick<ResponseEvent, "rate"> | undefined): Check {
  const { limits, nearest }: RateReport = answer?.rate ?? { limits: [] };
  if (limits.length === 0) return ok("account-limits", "Pinterest's answer contains no rate limits");
  const left = nearest === undefined ? "" : `; ${leftInWords(nearest)}`;
  const described = limits.map(limitInWords).join(", ");
  return limits.some(({ widthMs }) => widthMs >= dayMs)
    ? warning(
        "account-limits",
        `Trial access: ${described}${left}`,
        "All accounts of the app share the daily limit. To get a higher one, ask Pinterest for Standard access.",
      )
    : ok("account-limits", `Standard access: ${described}${left}`);
}

function limitInWords({ name, quota, widthMs }: RateLimit): string {
  const what = name === "" || name === safetyNet ? "requests" : `requests of ${name}`;
  return `${figure(quota)} ${what} ${widthInWords(widthMs)}`;
}

function widthInWords(widthMs: number): string {
  const units: readonly (readonly [number, string])[] = [
    [1000, "a second"],
    [60_000, "a minute"],
    [3_600_000, "an hour"],
    [dayMs, "a day"],
  ];
  return units.find(([width]) => width === widthMs)?.[1] ?? `in ${formatDuration(widthMs)}`;
}

function leftInWords({ limit, remaining, resetMs }: NonNullable<RateReport["nearest"]>): string {
  return `${figure(remaining)} of ${figure(limit.quota)} are left for ${formatDuration(resetMs)}`;
}
