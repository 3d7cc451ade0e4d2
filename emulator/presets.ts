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

interface Preset {
  readonly about: string;
  readonly answer: (now: number) => Answer;
}

/** Failures and refusals, as recorded or described. */
const PRESETS = {
  "internal-error": { about: "500 with code 0, as JSON.", answer: () => ({ ...internalError, status: 500 }) },
  "internal-error-911": {
    about: "500 with code 911, in the form that older parts of the API use.",
    answer: () => ({
      status: 500,
      body: { status: "failure", code: 911, data: null, message: "Unexpected error." },
    }),
  },
  "bad-gateway": { about: "502 with code 0, as JSON.", answer: () => ({ ...internalError, status: 502 }) },
  unavailable: { about: "503 with code 0, as JSON.", answer: () => ({ ...internalError, status: 503 }) },
  "internal-error-page": {
    about: "500 as an HTML page.",
    answer: () => page(500, "Internal Server Error"),
  },
  "bad-gateway-page": { about: "502 as an HTML page.", answer: () => page(502, "Bad Gateway") },
  "unavailable-page": { about: "503 as an HTML page.", answer: () => page(503, "Service Unavailable") },
  "gateway-timeout-page": { about: "504 as an HTML page.", answer: () => page(504, "Gateway Timeout") },
  "rate-limit": {
    about: "429 with code 8, and a wait of 1 s in `x-ratelimit-reset`.",
    answer: () => overLimit(SECOND, 1),
  },
  "rate-limit-bare": { about: "429 with code 8, without headers.", answer: () => rateLimited },
  "rate-limit-retry-after": {
    about: "429 with code 8, and a wait of 1 s in `x-ratelimit-reset` and `retry-after`.",
    answer: () => overLimit(SECOND, 1, { "retry-after": "1" }),
  },
  "rate-limit-retry-date": {
    about: "429 with code 8, a wait of 1 s in `x-ratelimit-reset`, and a date in `retry-after`.",
    answer: (now) =>
      overLimit(SECOND, 1, { "retry-after": new Date(Math.ceil(now / 1000 + 1) * 1000).toUTCString() }),
  },
  // This reset was recorded once: the rest of a day.
  "rate-limit-day": {
    about: "429 with code 8, and a wait of 67,150 s, the rest of a day.",
    answer: () => overLimit(DAY, 67_150),
  },
  // The description lists code 30 with 429, but not its message.
  "rate-limit-30": {
    about: "429 with code 30, which a wait may not resolve.",
    answer: () => refusal(429, 30, "You have exceeded the limit of this operation."),
  },
  // Pinterest's own samples check message_detail for this word.
  spam: {
    about: 'A blocked request: 429 with "spam" in `message_detail`, which a wait may not resolve.',
    answer: () => ({
      status: 429,
      body: { code: 8, message: "Sorry! This request was blocked.", message_detail: "Blocked as spam." },
    }),
  },
  "authentication-failed": {
    about: "401 with code 2: the token is invalid.",
    answer: () => authenticationFailed,
  },
  "missing-scope": { about: "401 with code 3: the token lacks a scope.", answer: () => missingScope },
  "restricted-feature": {
    about: "401 with code 3: the app is not part of the integrations beta.",
    answer: () => restrictedFeature,
  },
  "not-permitted": { about: "403 with code 29: access is not permitted.", answer: () => notPermitted },
  "account-disapproved": {
    about: "403 with code 2625: the account was disapproved.",
    answer: () => refusal(403, 2625, "This account has been disapproved."),
  },
  "account-under-review": {
    about: "403 with code 2626: the account is under review.",
    answer: () => refusal(403, 2626, "This account is under review."),
  },
} satisfies Record<string, Preset>;

/** Name of a preset, a predefined answer of a fault. */
export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** Meaning of a preset, in one sentence. */
export function aboutPreset(name: PresetName): string {
  return PRESETS[name].about;
}

/** The answer of a preset. */
export function presetAnswer(name: PresetName, now: number): Answer {
  const preset: Preset = PRESETS[name];
  return preset.answer(now);
}
