import { isProgramRunRequested } from "./engine-command";
import { mentionsSpam } from "./error-body";
import { type OperationName, operations } from "./operations";
import { isRunByFleet, updateCommand } from "./run-by-fleet";

/** What is known of an error answer. */
export interface AnswerFacts {
  readonly operation: OperationName;
  /** Missing for the default account. */
  readonly account?: string;
  readonly status: number;
  readonly code?: number;
  readonly apiMessage: string;
  readonly redirectedTo?: string;
  /** How long the answer asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What the credentials say of a token that is refused. */
  readonly remedy?: string;
}

/** No limit of a minute, which are the most that Standard access has, is waited for so long. */
const longWaitMs = 600_000;

/** How Pinterest refuses an app that a feature in beta is not open to; the name may follow. */
export const restrictedFeature = /restricted feature(?:\s*:\s*([\w .-]*\w))?/i;

interface Advice {
  readonly when: (facts: AnswerFacts) => boolean;
  readonly say: (facts: AnswerFacts) => string;
}

export const keptConfiguration =
  "Without --run-program, `pulumi refresh`, `pulumi destroy` and the option --refresh use the configuration of the last update.";

/** Empty if the engine runs the program in any case, as for `pulumi-pinterest drift` and fleets. */
export function andKeptConfiguration(): string {
  return isRunByFleet() || isProgramRunRequested() ? "" : ` ${keptConfiguration}`;
}

/** For an outcome that is not known: a read may be repeated without a thought, a write may have been done. */
export function later(operation: OperationName): string {
  if (operation === "reportLogs") return "Pinterest may have recorded the entries all the same.";
  return operations[operation].method === "GET"
    ? "Nothing was changed. Run again later."
    : `Pinterest may have done it all the same. Run again later; \`${updateCommand()}\` shows the current state.`;
}

/** Where a token is set. A fleet's stacks have no configuration. */
function tokenPlace(account: string | undefined): string {
  const [key, variable] =
    account === undefined
      ? ["pinterest:accessToken", "PINTEREST_ACCESS_TOKEN"]
      : ["in pinterest:accounts", "PINTEREST_ACCOUNTS"];
  return isRunByFleet() ? variable : `${key} or ${variable}`;
}

/** What to do about an error answer; the first that fits is said. Statuses and codes are those that Pinterest documents. */
const answerAdvice: readonly Advice[] = [
  {
    when: ({ status }) => status >= 300 && status < 400,
    say: ({ redirectedTo }) =>
      `It redirects${redirectedTo === undefined ? "" : ` to ${redirectedTo}`}, which is not followed, so that the token goes nowhere else: check pinterest:apiUrl.`,
  },
  {
    when: ({ status }) => status === 407,
    say: () => "The proxy requires a user name and password: put them into HTTPS_PROXY.",
  },
  {
    when: ({ status }) => status >= 500,
    say: ({ operation, code }) =>
      code === undefined
        ? `${later(operation)} If it stays, check pinterest:apiUrl and the proxy.`
        : later(operation),
  },
  {
    when: ({ status }) => status === 408,
    say: ({ operation }) => later(operation),
  },
  {
    when: ({ status, apiMessage }) => status === 429 && mentionsSpam(apiMessage),
    say: () => "Pinterest treats the requests as spam, and waiting does not help: ask Pinterest's support.",
  },
  {
    when: ({ status, retryAfterMs = 0 }) => status === 429 && retryAfterMs > longWaitMs,
    say: () =>
      `That is a limit of a whole day, as apps with Trial access have (1,000 requests): run again then, with \`${isRunByFleet() ? "--shard" : "--target"}\` for a part at a time, or ask Pinterest for Standard access.`,
  },
  {
    when: ({ status }) => status === 429,
    say: () =>
      "Other programs that use this app and account share the rate limit: run again later, or with a lower pinterest:requestsPerMinute.",
  },
  {
    when: ({ code }) => code === undefined,
    say: () => "This is not Pinterest's form of an error: check pinterest:apiUrl, HTTPS_PROXY and NO_PROXY.",
  },
  {
    when: ({ status, code }) => status === 401 && code === 2,
    say: ({ account, remedy }) =>
      remedy ??
      `The access token is wrong, expired or revoked: set a valid one (${tokenPlace(account)}).${andKeptConfiguration()}`,
  },
  {
    when: ({ status, code, apiMessage }) =>
      (status === 401 || status === 403) && code === 3 && restrictedFeature.test(apiMessage),
    say: ({ apiMessage }) => {
      const [, feature = ""] = restrictedFeature.exec(apiMessage) ?? [];
      const named = feature === "" ? "a restricted feature" : `the restricted feature "${feature}"`;
      return `The app has no access to ${named}, whatever the token's scopes: ask your Pinterest account manager for access to the beta of commerce integrations.`;
    },
  },
  {
    when: ({ status, code }) => (status === 401 || status === 403) && code === 3,
    say: ({ operation }) =>
      `The token lacks a scope: this needs ${operations[operation].scope}. Have the account's owner authorize the app with it, and set the new token. If the token has it, the app may lack access to the beta of commerce integrations: ask your Pinterest account manager.${andKeptConfiguration()}`,
  },
  {
    when: ({ status, code, apiMessage }) =>
      (status === 401 || status === 403) && code === 29 && /\btrial\b/i.test(apiMessage),
    say: () => "The app has Trial access, which does not permit this: ask Pinterest for Standard access.",
  },
  {
    when: ({ status, code }) => (status === 401 || status === 403) && code === 29,
    say: () =>
      "The token's account is not permitted to do this: it belongs to another account, or the app has Trial access only. Use the token of the account that owns it.",
  },
  {
    when: ({ status, code }) => status === 403 && (code === 2625 || code === 2626),
    say: ({ code }) =>
      `Pinterest has ${code === 2625 ? "disapproved the account" : "the account under review"}: its owner can see why in Pinterest's business hub; until that is settled nothing of it can be changed here.`,
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    say: () => `Check the access token, its scopes and the app's access.${andKeptConfiguration()}`,
  },
  {
    when: ({ status, operation, code }) =>
      status === 404 &&
      operation !== "listIntegrations" &&
      operation !== "reportLogs" &&
      isCodeForMissing(code),
    say: ({ operation }) => adviceForMissing(operation),
  },
  {
    when: ({ status }) => status === 404,
    say: () =>
      `Pinterest's API may not be at this address. Check \`pinterest:apiUrl\` (PINTEREST_API_URL): it normally ends in /v5.${andKeptConfiguration()}`,
  },
  {
    when: ({ status }) => status === 409,
    say: () =>
      "The integration exists and belongs to another Pinterest account: use that account's token, or another external business id.",
  },
  {
    when: () => true,
    say: () => "Correct what Pinterest names and run again.",
  },
];

/**
 * Whether this code of a 404 means that the integration does not exist (API description 5.23.0: 4180 by external business ID, 4517 by
 * integration ID).
 */
export function isCodeForMissing(code: number | undefined): boolean {
  return code === 4180 || code === 4517;
}

/** What to do about an integration that does not exist. */
export function adviceForMissing(operation: OperationName): string {
  const id = operation === "getIntegration" ? "integration ID" : "external business ID";
  return `This account has no such integration: check the ${id}, the account, and the token.`;
}

/** What to do about an error answer. */
export function adviceForAnswer(facts: AnswerFacts): string {
  return answerAdvice.find(({ when }) => when(facts))?.say(facts) ?? "";
}

const connectionAdvice: readonly (readonly [RegExp, string])[] = [
  [/\b407\b/, "The proxy requires a user name and password: put them into HTTPS_PROXY."],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "The name cannot be resolved: check pinterest:apiUrl, DNS, and whether HTTPS_PROXY must be set.",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|HOSTNAME_MISMATCH/,
    "The certificate or TLS was not accepted: behind a proxy that intercepts TLS, name its certificate authority in NODE_EXTRA_CA_CERTS.",
  ],
  [/HTTPS?_PROXY|proxy/i, "Check HTTPS_PROXY and NO_PROXY."],
];

/** What to do when no answer came. */
export function adviceForConnection(
  operation: OperationName,
  causeCode: string,
  reason: string,
  outcome: string,
): string {
  if (outcome === "unknown") return later(operation);
  const known = connectionAdvice.find(([pattern]) => pattern.test(`${causeCode} ${reason}`));
  return (
    known?.[1] ??
    `Nothing was sent: check pinterest:apiUrl, network and proxy (HTTPS_PROXY, NO_PROXY), then run again.${andKeptConfiguration()}`
  );
}
