import { accessOf, type OperationName, operations } from "./operations";

/** Facts that Pinterest reports only in the text of an error's message. */
export interface MessageHints {
  /** Pinterest classifies the requests as spam. Waiting does not help. */
  readonly isSpam?: boolean;
  /** The app has no access to this feature, which is in beta; "" if the message does not name it. */
  readonly restrictedFeature?: string;
  /** The app has Trial access, which does not permit the operation. */
  readonly isTrialAccess?: boolean;
  /** The rejected entry of a request with log entries. */
  readonly logEntry?: { readonly index: number; readonly field?: string };
}

/** Facts in an error response about the cause of the failure. */
export interface ErrorResponseFacts {
  readonly status: number;
  /** Pinterest's error code. Undefined if the response is not in Pinterest's format. */
  readonly code?: number | undefined;
  readonly hints?: MessageHints;
  readonly redirectedTo?: string | undefined;
  /** The wait that the response asks for. */
  readonly retryAfterMs?: number | undefined;
  /** The remedy of the credentials for a rejected token. */
  readonly tokenRemedy?: string | undefined;
}

/** Pinterest's error codes: those of the API description (5.23.0), and those that public clients recorded. */
export const errorCodes = {
  authenticationFailed: 2,
  /** A scope is missing, or the app's access to a feature in beta. */
  accessDenied: 3,
  /** The app has Trial access, or the integration belongs to another account. */
  notPermitted: 29,
  /** At the token endpoint: `invalid_grant`. */
  invalidGrant: 283,
  accountDisapproved: 2625,
  accountUnderReview: 2626,
  /**
   * The merchant has another connection. Recorded on
   * [calls of older versions](https://github.com/woocommerce/pinterest-for-woocommerce/issues/858); neither API description has it.
   */
  merchantConnected: 4163,
  missingByExternalBusinessId: 4180,
  missingByIntegrationId: 4517,
} as const;

/** The user's commands, which remedies name. */
export interface Commands {
  /** Deploys everything again. */
  readonly update: string;
  /** The option that limits a command to a part. */
  readonly partOption: string;
}

export const pulumiCommands: Commands = { update: "pulumi up", partOption: "--target" };

/** The remedy if the outcome is unknown: repeating a read is safe, but Pinterest may have carried out a write. */
export function remedyForUnknownOutcome(
  operation: OperationName,
  { update }: Commands = pulumiCommands,
): string {
  if (operation === "reportLogs") return "Pinterest may have recorded the entries.";
  return operations[operation].method === "GET"
    ? "Nothing was changed. Run again later."
    : `Pinterest may have carried it out. Run again later: \`${update}\` shows the current state.`;
}

/** The remedy for an integration that does not exist. */
export function remedyForMissing(operation: OperationName): string {
  const id = operation === "getIntegration" ? "integration ID" : "external business ID";
  return `This account has no such integration: check the ${id}, the account, and the token.`;
}

/** The remedy for an access token that nothing renews. @param place where it is set, such as " in PINTEREST_ACCESS_TOKEN". */
export function remedyForWrongToken(place = ""): string {
  return `Set a valid access token${place}: this one is wrong, expired or revoked.`;
}

export const remedyForWrongAddress = "Check `pinterest:apiUrl` (PINTEREST_API_URL): it normally ends in /v5.";

const proxyPassword = "The proxy requires a user name and password: put them into HTTPS_PROXY.";
const accountStandingRemedy =
  "its owner can see why in Pinterest's business hub. Until this is resolved, its integrations cannot be changed.";

/** A failed request. */
interface Failure {
  readonly operation: OperationName;
  readonly response: ErrorResponseFacts;
  readonly commands: Commands;
}

/** The remedies by the cause of the failure, in sentences. docs/troubleshooting/requests.md explains each cause. */
const remedies = {
  redirect: ({ response: { redirectedTo } }) =>
    `The provider does not follow the redirect${redirectedTo === undefined ? "" : ` to ${redirectedTo}`}, because it could send the token to another host: check pinterest:apiUrl.`,
  "proxy-password": proxyPassword,
  "unknown-outcome": ({ operation, commands }) => remedyForUnknownOutcome(operation, commands),
  "unknown-outcome-at-a-proxy": ({ operation, commands }) =>
    `${remedyForUnknownOutcome(operation, commands)} If the error persists, check pinterest:apiUrl and the proxy.`,
  spam: "Pinterest treats the requests as spam, and waiting does not help: ask Pinterest's support.",
  "rate-limit":
    "Other programs that use this app and account share the rate limit: run again later, or with a lower pinterest:requestsPerMinute.",
  "daily-rate-limit": ({ commands: { partOption } }) =>
    `This is a limit per day, as for apps with Trial access (1,000 requests): run again after that time, with \`${partOption}\` for a part at a time, or ask Pinterest for Standard access.`,
  "response-of-another-server":
    "The response is not from Pinterest's API: check pinterest:apiUrl, HTTPS_PROXY and NO_PROXY.",
  "merchant-connected":
    "Another shop or integration uses this `connectedMerchantId`, and Pinterest permits one connection for each merchant. Disconnect the other one there, or use another `connectedMerchantId`.",
  "token-rejected": ({ response: { tokenRemedy } }) => tokenRemedy ?? remedyForWrongToken(),
  "restricted-feature": ({ response: { hints } }) =>
    `The app has no access to ${hints?.restrictedFeature ? `the restricted feature "${hints.restrictedFeature}"` : "a restricted feature"}, independently of the token's scopes: ask your Pinterest account manager for access to the beta of commerce integrations.`,
  "missing-scope": ({ operation }) =>
    `The token lacks a scope: this operation needs the scope ${accessOf(operations[operation]).scope}. Have the account's owner authorize the app with it, and set the new token. If the token has it, the app may lack access to the beta of commerce integrations: ask your Pinterest account manager.`,
  "trial-access": "The app has Trial access, which does not permit this: ask Pinterest for Standard access.",
  "not-permitted":
    "The token's account is not permitted to do this: it belongs to another account, or the app has Trial access only. Use the token of the account that owns it.",
  "account-disapproved": `Pinterest has disapproved the account: ${accountStandingRemedy}`,
  "account-under-review": `Pinterest has the account under review: ${accountStandingRemedy}`,
  "access-refused": "Check the access token, its scopes and the app's access.",
  "missing-integration": ({ operation }) => remedyForMissing(operation),
  "wrong-address": `Pinterest's API may not be at this address. ${remedyForWrongAddress}`,
  "other-owner":
    "The integration exists and belongs to another Pinterest account: use that account's token, or another external business ID.",
  "invalid-value": "Fix the value that Pinterest's message names, then run again.",
} satisfies Readonly<Record<string, string | ((failure: Failure) => string)>>;

type Cause = keyof typeof remedies;

export const requestTopics = [
  ...(Object.keys(remedies) as Cause[]),
  "unexpected-response",
  "no-connection",
  "timeout",
  "long-rate-limit",
  "no-usable-token",
] as const;

/** A failure that docs/troubleshooting/requests.md explains, under this anchor. */
export type RequestTopic = (typeof requestTopics)[number];

/**
 * The wait from which a limit counts as one per day. Those of Standard access are per minute at most. Ten minutes leave room for a response that asks
 * to wait for several of them.
 */
const dailyLimitFromMs = 600_000;

/**
 * The reason why a request failed, according to its error response. The order matters: first statuses that a proxy can send too, then responses without
 * a code, which are not Pinterest's, and then Pinterest's statuses and codes.
 */
export function causeOf(operation: OperationName, response: ErrorResponseFacts): Cause {
  const { status, code, hints = {}, retryAfterMs = 0 } = response;
  if (status >= 300 && status < 400) return "redirect";
  if (status === 407) return "proxy-password";
  if (status === 408) return "unknown-outcome";
  if (status >= 500) return code === undefined ? "unknown-outcome-at-a-proxy" : "unknown-outcome";
  if (status === 429) {
    if (hints.isSpam) return "spam";
    return retryAfterMs > dailyLimitFromMs ? "daily-rate-limit" : "rate-limit";
  }
  if (code === undefined) return "response-of-another-server";
  if (code === errorCodes.merchantConnected) return "merchant-connected";
  if (status === 401 || status === 403) return causeOfRefusedAccess(status, code, hints);
  if (status === 409) return "other-owner";
  if (status === 404) return isCodeForMissing(operation, code) ? "missing-integration" : "wrong-address";
  return "invalid-value";
}

/** Whether this code of a 404 means that the operation's integration does not exist. The list and the log always exist. */
function isCodeForMissing(operation: OperationName, code: number): boolean {
  if (operation === "listIntegrations" || operation === "reportLogs") return false;
  return code === errorCodes.missingByExternalBusinessId || code === errorCodes.missingByIntegrationId;
}

function causeOfRefusedAccess(status: 401 | 403, code: number, hints: MessageHints): Cause {
  if (code === errorCodes.accessDenied) {
    return hints.restrictedFeature === undefined ? "missing-scope" : "restricted-feature";
  }
  if (code === errorCodes.notPermitted) return hints.isTrialAccess ? "trial-access" : "not-permitted";
  if (status === 401 && code === errorCodes.authenticationFailed) return "token-rejected";
  if (status === 403 && code === errorCodes.accountDisapproved) return "account-disapproved";
  if (status === 403 && code === errorCodes.accountUnderReview) return "account-under-review";
  return "access-refused";
}

/** The remedy for an error response, in sentences. */
export function remedyFor(
  cause: Cause,
  { operation, commands = pulumiCommands }: { operation: OperationName; commands?: Commands | undefined },
  response: ErrorResponseFacts,
): string {
  const remedy = remedies[cause];
  return typeof remedy === "string" ? remedy : remedy({ operation, response, commands });
}

const connectionRemedies: readonly (readonly [RegExp, string])[] = [
  [/\b407\b/, proxyPassword],
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

/**
 * The remedy if a connection failed before the request was sent.
 *
 * @param reason the code and text of the error of Node.js or undici.
 */
export function remedyForConnection(reason: string): string {
  const known = connectionRemedies.find(([pattern]) => pattern.test(reason));
  return (
    known?.[1] ??
    "Nothing was sent: check pinterest:apiUrl, network and proxy (HTTPS_PROXY, NO_PROXY), then run again."
  );
}
