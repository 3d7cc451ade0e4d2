import { type OperationName, operations } from "./operations";

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
  /** The host of a redirect. */
  readonly redirectedTo?: string | undefined;
  /** The wait that the response asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The remedy of the credentials for a rejected token. */
  readonly tokenRemedy?: string | undefined;
}

/** Limits of Standard access are per minute at most, so a longer wait shows a limit per day, in milliseconds. */
const longWaitMs = 600_000;

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

/**
 * Whether this code of a 404 means that the integration does not exist (API description 5.23.0: 4180 by external business ID, 4517 by
 * integration ID).
 */
export function isCodeForMissing(code: number | undefined): boolean {
  return code === 4180 || code === 4517;
}

/**
 * Pinterest's code for a merchant that has another connection. Recorded on
 * [calls of older versions](https://github.com/woocommerce/pinterest-for-woocommerce/issues/858); neither API description has it.
 */
export const merchantConnectedCode = 4163;

const proxyPassword = "The proxy requires a user name and password: put them into HTTPS_PROXY.";

/** The remedy for an error response, in sentences. Statuses and codes are those of Pinterest's API description (5.23.0) and public clients. */
export function remedyForResponse(
  operation: OperationName,
  { status, code, hints = {}, redirectedTo, retryAfterMs = 0, tokenRemedy }: ErrorResponseFacts,
  commands: Commands = pulumiCommands,
): string {
  if (status >= 300 && status < 400) {
    const target = redirectedTo === undefined ? "" : ` to ${redirectedTo}`;
    return `The provider does not follow the redirect${target}, because it could send the token to another host: check pinterest:apiUrl.`;
  }
  if (status === 407) return proxyPassword;
  if (status === 408 || status >= 500) {
    const later = remedyForUnknownOutcome(operation, commands);
    const isPinterest = status === 408 || code !== undefined;
    return isPinterest ? later : `${later} If the error persists, check pinterest:apiUrl and the proxy.`;
  }
  if (status === 429) return remedyForRateLimit(hints, retryAfterMs, commands);
  if (code === undefined) {
    return "The response is not from Pinterest's API: check pinterest:apiUrl, HTTPS_PROXY and NO_PROXY.";
  }
  if (code === merchantConnectedCode) {
    return "Another shop or integration uses this `connectedMerchantId`, and Pinterest permits one connection for each merchant. Disconnect the other one there, or use another `connectedMerchantId`.";
  }
  if (status === 401 && code === 2 && tokenRemedy !== undefined) return tokenRemedy;
  if (status === 401 || status === 403) return remedyForRefusedAccess(operation, status, code, hints);
  if (status === 404) {
    const isAboutIntegration = operation !== "listIntegrations" && operation !== "reportLogs";
    return isAboutIntegration && isCodeForMissing(code)
      ? remedyForMissing(operation)
      : "Pinterest's API may not be at this address. Check `pinterest:apiUrl` (PINTEREST_API_URL): it normally ends in /v5.";
  }
  return status === 409
    ? "The integration exists and belongs to another Pinterest account: use that account's token, or another external business ID."
    : "Fix the value that Pinterest's message names, then run again.";
}

function remedyForRateLimit(
  { isSpam }: MessageHints,
  retryAfterMs: number,
  { partOption }: Commands,
): string {
  if (isSpam) {
    return "Pinterest treats the requests as spam, and waiting does not help: ask Pinterest's support.";
  }
  return retryAfterMs > longWaitMs
    ? `This is a limit per day, as for apps with Trial access (1,000 requests): run again after that time, with \`${partOption}\` for a part at a time, or ask Pinterest for Standard access.`
    : "Other programs that use this app and account share the rate limit: run again later, or with a lower pinterest:requestsPerMinute.";
}

function remedyForRefusedAccess(
  operation: OperationName,
  status: number,
  code: number,
  { restrictedFeature, isTrialAccess }: MessageHints,
): string {
  if (status === 401 && code === 2) {
    return "Set a valid access token: this one is wrong, expired or revoked.";
  }
  if (code === 3 && restrictedFeature !== undefined) {
    const feature =
      restrictedFeature === "" ? "a restricted feature" : `the restricted feature "${restrictedFeature}"`;
    return `The app has no access to ${feature}, independently of the token's scopes: ask your Pinterest account manager for access to the beta of commerce integrations.`;
  }
  if (code === 3) {
    return `The token lacks a scope: this operation needs the scope ${operations[operation].scope}. Have the account's owner authorize the app with it, and set the new token. If the token has it, the app may lack access to the beta of commerce integrations: ask your Pinterest account manager.`;
  }
  if (code === 29) {
    return isTrialAccess
      ? "The app has Trial access, which does not permit this: ask Pinterest for Standard access."
      : "The token's account is not permitted to do this: it belongs to another account, or the app has Trial access only. Use the token of the account that owns it.";
  }
  if (status === 403 && (code === 2625 || code === 2626)) {
    return `Pinterest has ${code === 2625 ? "disapproved the account" : "the account under review"}: its owner can see why in Pinterest's business hub. Until this is resolved, its integrations cannot be changed.`;
  }
  return "Check the access token, its scopes and the app's access.";
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
