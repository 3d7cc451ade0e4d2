import {
  type Answer,
  authenticationFailed,
  internalError,
  missingScope,
  notPermitted,
  rateLimited,
  refusal,
  restrictedFeature,
} from "./answers";

const page = (status: number, title: string): Answer => ({
  status,
  body: `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`,
});

const overLimit = (limit: string, reset: number, more: Record<string, string> = {}): Answer => ({
  ...rateLimited,
  headers: {
    "x-ratelimit-limit": limit,
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(reset),
    ...more,
  },
});

const SECOND = '100, 100;w=1;name="safety_net_app_id_user_id", 400;w=60;name="ads_write_app_id_user_id"';
const DAY = '1000, 1000;w=86400;name="trial_app_id"';

// What Pinterest answers when it fails or refuses for reasons of its own, as far as it was recorded or is described.
const PRESETS = {
  "internal-error": () => ({ ...internalError, status: 500 }),
  // The form of errors that older parts of the API still have.
  "internal-error-911": () => ({
    status: 500,
    body: { status: "failure", code: 911, data: null, message: "Unexpected error." },
  }),
  "bad-gateway": () => ({ ...internalError, status: 502 }),
  unavailable: () => ({ ...internalError, status: 503 }),
  "internal-error-page": () => page(500, "Internal Server Error"),
  "bad-gateway-page": () => page(502, "Bad Gateway"),
  "unavailable-page": () => page(503, "Service Unavailable"),
  "gateway-timeout-page": () => page(504, "Gateway Timeout"),
  "rate-limit": () => overLimit(SECOND, 1),
  "rate-limit-bare": () => rateLimited,
  "rate-limit-retry-after": () => overLimit(SECOND, 1, { "retry-after": "1" }),
  "rate-limit-retry-date": (now: number) =>
    overLimit(SECOND, 1, { "retry-after": new Date(Math.ceil(now / 1000 + 1) * 1000).toUTCString() }),
  // The reset that was recorded once: what was left of a day.
  "rate-limit-day": () => overLimit(DAY, 67_150),
  // That code 30 comes with 429 is described, its text is not.
  "rate-limit-30": () => refusal(429, 30, "You have exceeded the limit of this operation."),
  // Not a matter of rate: Pinterest's own samples look for the word in message_detail.
  spam: () => ({
    status: 429,
    body: { code: 8, message: "Sorry! This request was blocked.", message_detail: "Blocked as spam." },
  }),
  "authentication-failed": () => authenticationFailed,
  "missing-scope": () => missingScope,
  "restricted-feature": () => restrictedFeature,
  "not-permitted": () => notPermitted,
  "account-disapproved": () => refusal(403, 2625, "This account has been disapproved."),
  "account-under-review": () => refusal(403, 2626, "This account is under review."),
} satisfies Record<string, (now: number) => Answer>;

/** The name of a ready-made answer for a fault. */
export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** The ready-made answer of a name. `now` is for those that hold a date. */
export function presetAnswer(name: PresetName, now: number): Answer {
  return PRESETS[name](now);
}
