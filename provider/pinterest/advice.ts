import { type OperationName, operations } from "./operations";

/** What is known of an error answer. */
export interface AnswerFacts {
  readonly operation: OperationName;
  /** Missing for the default account. */
  readonly account?: string;
  readonly status: number;
  readonly code?: number;
  readonly apiMessage: string;
  readonly redirectedTo?: string;
}

interface Advice {
  readonly when: (facts: AnswerFacts) => boolean;
  readonly say: (facts: AnswerFacts) => string;
}

const keptConfiguration =
  "Plain `pulumi refresh` and `pulumi destroy` use the token that was kept in the state; with --run-program they use the new one.";

/** For an outcome that is not known: a read may be repeated without a thought, a write may have been done. */
export function later(operation: OperationName): string {
  if (operation === "reportLogs") return "Pinterest may have recorded the entries all the same.";
  return operations[operation].method === "GET"
    ? "Nothing was changed. Run again later."
    : "Pinterest may have done it all the same. Run again later; `pulumi up` finds out how things stand.";
}

/** What to do about an error answer; the first that fits is said. Statuses and codes are those that Pinterest documents. */
const answerAdvice: readonly Advice[] = [
  {
    when: ({ status }) => status >= 300 && status < 400,
    say: ({ redirectedTo }) =>
      `It redirects${redirectedTo === undefined ? "" : ` to ${redirectedTo}`}, which is not followed, so that the token goes nowhere else: check apiUrl.`,
  },
  {
    when: ({ status }) => status === 407,
    say: () => "The proxy wants a user name and password: put them into HTTPS_PROXY.",
  },
  {
    when: ({ status }) => status >= 500,
    say: ({ operation, code }) =>
      code === undefined ? `${later(operation)} If it stays, check apiUrl and the proxy.` : later(operation),
  },
  {
    when: ({ status }) => status === 408,
    say: ({ operation }) => later(operation),
  },
  {
    when: ({ status, apiMessage }) => status === 429 && /spam/i.test(apiMessage),
    say: () => "Pinterest takes the requests for spam; waiting does not end this: ask Pinterest's support.",
  },
  {
    when: ({ status }) => status === 429,
    say: () => "The rate limit is reached: wait and run again, with a lower --parallel if it comes back.",
  },
  {
    when: ({ code }) => code === undefined,
    say: () => "This is not Pinterest's form of an error: check apiUrl, HTTPS_PROXY and NO_PROXY.",
  },
  {
    when: ({ status, code }) => status === 401 && code === 2,
    say: ({ account }) =>
      `The access token is wrong, expired or revoked: set a valid one (${account === undefined ? "pinterest:accessToken or PINTEREST_ACCESS_TOKEN" : "in pinterest:accounts or PINTEREST_ACCOUNTS"}). ${keptConfiguration}`,
  },
  {
    when: ({ status, code }) => (status === 401 || status === 403) && code === 3,
    say: ({ operation }) =>
      `The token lacks the scope ${operations[operation].scope}, or the app is not admitted to the beta of commerce integrations: ask your Pinterest account manager. ${keptConfiguration}`,
  },
  {
    when: ({ status, code }) => (status === 401 || status === 403) && code === 29,
    say: () =>
      "The token's account may not touch this: it belongs to another account, or the app has trial access only. Use the token of the account that owns it.",
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    say: () => `Check the access token, its scopes and the app's access. ${keptConfiguration}`,
  },
  {
    when: ({ status, operation }) => status === 404 && operation !== "listIntegrations",
    say: () =>
      "This account has no such integration: check the external business id, the account and the token.",
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

/** What to do about an error answer. */
export function adviceForAnswer(facts: AnswerFacts): string {
  return answerAdvice.find(({ when }) => when(facts))?.say(facts) ?? "";
}

const connectionAdvice: readonly (readonly [RegExp, string])[] = [
  [/\b407\b/, "The proxy wants a user name and password: put them into HTTPS_PROXY."],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "The name cannot be resolved: check apiUrl, DNS, and whether HTTPS_PROXY must be set.",
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
    known?.[1] ?? "Nothing was sent: check apiUrl, network and proxy (HTTPS_PROXY, NO_PROXY), then run again."
  );
}
