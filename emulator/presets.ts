import {
  type ApiResponse,
  authenticationFailed,
  internalError,
  missingScope,
  notPermitted,
  rateLimited,
  refusal,
  restrictedFeature,
} from "./responses";

const page = (status: number, title: string): ApiResponse => ({
  status,
  body: `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`,
});

const overLimit = (limit: string, reset: number, more: Record<string, string> = {}): ApiResponse => ({
  ...rateLimited,
  headers: {
    "x-ratelimit-limit": limit,
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(reset),
    ...more,
  },
});

const secondLimit = '100, 100;w=1;name="safety_net_app_id_user_id", 400;w=60;name="ads_write_app_id_user_id"';
const dayLimit = '1000, 1000;w=86400;name="trial_app_id"';

/** Meaning in one sentence, and the response at a time. */
type Preset = readonly [about: string, response: ApiResponse | ((now: number) => ApiResponse)];

/** Recorded or documented errors. */
const presetTable = {
  "internal-error": ["500 with code 0, as JSON.", internalError],
  "internal-error-911": [
    "500 with code 911, in the form that older parts of the API use.",
    { status: 500, body: { status: "failure", code: 911, data: null, message: "Unexpected error." } },
  ],
  "bad-gateway": ["502 with code 0, as JSON.", { ...internalError, status: 502 }],
  unavailable: ["503 with code 0, as JSON.", { ...internalError, status: 503 }],
  "internal-error-page": ["500 as an HTML page.", page(500, "Internal Server Error")],
  "bad-gateway-page": ["502 as an HTML page.", page(502, "Bad Gateway")],
  "unavailable-page": ["503 as an HTML page.", page(503, "Service Unavailable")],
  "gateway-timeout-page": ["504 as an HTML page.", page(504, "Gateway Timeout")],
  "rate-limit": ["429 with code 8, and a wait of 1 s in `x-ratelimit-reset`.", overLimit(secondLimit, 1)],
  "rate-limit-bare": ["429 with code 8, without headers.", rateLimited],
  "rate-limit-retry-after": [
    "429 with code 8, and a wait of 1 s in `x-ratelimit-reset` and `retry-after`.",
    overLimit(secondLimit, 1, { "retry-after": "1" }),
  ],
  "rate-limit-retry-date": [
    "429 with code 8, a wait of 1 s in `x-ratelimit-reset`, and a date in `retry-after`.",
    (now) =>
      overLimit(secondLimit, 1, { "retry-after": new Date(Math.ceil(now / 1000 + 1) * 1000).toUTCString() }),
  ],
  // This reset was recorded once.
  "rate-limit-day": [
    "429 with code 8, and a wait of 67,150 s, the rest of a day.",
    overLimit(dayLimit, 67_150),
  ],
  // The description lists code 30 with 429, but not its message.
  "rate-limit-30": [
    "429 with code 30, which a wait may not resolve.",
    refusal(429, 30, "You have exceeded the limit of this operation."),
  ],
  // Pinterest's own samples check message_detail for this word.
  spam: [
    'A blocked request: 429 with "spam" in `message_detail`, which a wait may not resolve.',
    {
      status: 429,
      body: { code: 8, message: "Sorry! This request was blocked.", message_detail: "Blocked as spam." },
    },
  ],
  "authentication-failed": ["401 with code 2: the token is invalid.", authenticationFailed],
  "missing-scope": ["401 with code 3: the token lacks a scope.", missingScope],
  "restricted-feature": ["401 with code 3: the app is not part of the integrations beta.", restrictedFeature],
  "not-permitted": ["403 with code 29: access is not permitted.", notPermitted],
  // Recorded on calls of older versions: https://github.com/woocommerce/pinterest-for-woocommerce/issues/858
  "merchant-connected": [
    "409 with code 4163: the merchant has another connection.",
    refusal(409, 4163, "Merchant has already connected to a platform."),
  ],
  "account-disapproved": [
    "403 with code 2625: the account was disapproved.",
    refusal(403, 2625, "This account has been disapproved."),
  ],
  "account-under-review": [
    "403 with code 2626: the account is under review.",
    refusal(403, 2626, "This account is under review."),
  ],
} as const satisfies Record<string, Preset>;

/** Name of a preset, a predefined response of a fault. */
export type PresetName = keyof typeof presetTable;

export const presetNames = Object.keys(presetTable) as PresetName[];

/** Meaning of a preset, in one sentence. */
export function aboutPreset(name: PresetName): string {
  return presetTable[name][0];
}

/** Response of a preset. */
export function presetResponse(name: PresetName, now: number): ApiResponse {
  const [, response]: Preset = presetTable[name];
  return typeof response === "function" ? response(now) : response;
}
