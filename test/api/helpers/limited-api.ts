import type { RateCategory } from "../../../provider/api/operations";
import { type Reply, type SentRequest, success } from "./fake-api.mts";

/** A rate limit of a {@link limitedApi}. */
export interface ApiLimit {
  readonly name: string;
  readonly quota: number;
  readonly seconds: number;
  /** "sliding", or the second at which one of its windows begins. */
  readonly windows: "sliding" | number;
}

export function categoryOf({ method }: SentRequest): RateCategory {
  return method === "GET" ? "ads_read" : "ads_write";
}

/**
 * An API that responds with 429 above its limits. Each limit counts the requests of the category of its name; the safety net counts all.
 *
 * @param headers whether responses have rate limit headers.
 */
export function limitedApi(limits: readonly ApiLimit[], { headers = true }: { headers?: boolean } = {}) {
  const admitted: SentRequest[] = [];
  let refused = 0;

  const usedOf = ({ name, seconds, windows }: ApiLimit, at: number) => {
    const widthMs = seconds * 1000;
    const from = windows === "sliding" ? at - widthMs : at - modulo(at - windows * 1000, widthMs);
    const used = admitted.filter(
      (request) =>
        request.at > from - (windows === "sliding" ? 0 : 1) &&
        (name === "safety_net" || name === categoryOf(request)),
    );
    const resetMs = windows === "sliding" ? (used[0]?.at ?? at) + widthMs - at : from + widthMs - at;
    return { used: used.length, resetMs };
  };

  return {
    admitted,
    get refused() {
      return refused;
    },
    /** Counts a request of another program. */
    addOtherRequest(method: string, at: number) {
      admitted.push({ method, path: "/elsewhere", headers: {}, body: "", at });
    },
    reply: (request: SentRequest): Reply => {
      const own = limits.filter(({ name }) => name === "safety_net" || name === categoryOf(request));
      const full = own.some((limit) => usedOf(limit, request.at).used >= limit.quota);
      if (full) refused += 1;
      else admitted.push(request);
      const [nearest] = own
        .map((limit) => ({ limit, ...usedOf(limit, request.at) }))
        .sort((a, b) => a.limit.quota - a.used - (b.limit.quota - b.used));
      const resetSeconds = String(Math.ceil((nearest?.resetMs ?? 0) / 1000));
      const rateHeaders =
        nearest === undefined || !headers
          ? {}
          : {
              "x-ratelimit-limit": [
                nearest.limit.quota,
                ...own.map(
                  ({ name, quota, seconds }) => `${quota};w=${seconds};name="${name}_app_id_user_id"`,
                ),
              ].join(", "),
              "x-ratelimit-remaining": String(nearest.limit.quota - nearest.used),
              "x-ratelimit-reset": resetSeconds,
            };
      if (!full) return { headers: rateHeaders, ...success(request) };
      return {
        status: 429,
        headers: rateHeaders,
        body: { code: 8, message: "This request exceeded a rate limit." },
      };
    },
  };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
