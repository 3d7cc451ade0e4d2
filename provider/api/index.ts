export { loadUndici, noProxyIn, parseApiUrl, proxyFor } from "./address";
export { PinterestClient } from "./client";
export type { AmbientLimits, OperationEvent, RequestGate } from "./client-options";
export * from "./credentials";
export { AccountCommand, type Command, runCommand } from "./credentials/account-command";
export { finishTokenRequests, lastTokenRequestAt } from "./credentials/in-progress";
export { RefreshToken } from "./credentials/refresh-token";
export type { RefreshCredentials } from "./credentials/token-endpoint";
export type { ExchangeEvent } from "./credentials/token-exchange";
export { TokenFile } from "./credentials/token-file";
export { readErrorBody, TransportFailure } from "./error-mapping";
export {
  isAboutStanding,
  isLastingRefusal,
  isMerchantConnected,
  isNotFound,
  isOfKind,
  isOwnedByAnother,
  isRefusedAccount,
} from "./error-predicates";
export { type Commands, pulumiCommands, remedyForWrongAddress, remedyForWrongToken } from "./error-remedies";
export { PinterestApiError, PinterestError } from "./errors";
export * from "./fields";
export type { ComputedProperties, Integration, IntegrationPage } from "./integration";
export * from "./logs/fields";
export type { LogReport } from "./logs/report";
export { maxBatchEntries, prepareLog } from "./logs/report";
export { LogReporter } from "./logs/reporter";
export { pathSegmentProblem } from "./operations";
export { type IntegrationFilter, largestPage, listAll, listKey, matches, pagesOf } from "./pages";
export { safetyNet } from "./rate-limits";
export { createRedactor } from "./redact";
export { Retries, RetryBudget } from "./retry";
export { hideLikelySecrets } from "./secret-patterns";
export { type Network, send, stopSending } from "./transport";
