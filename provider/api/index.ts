export { pathSegmentProblem } from "./address";
export { PinterestClient } from "./client";
export type {
  AmbientLimits,
  CallOptions,
  OperationEvent,
  PinterestClientOptions,
  ResponseEvent,
} from "./client-options";
export { type Clock, systemClock } from "./clock";
export { type Credentials, staticToken } from "./credentials";
export type { DebugSink } from "./debug";
export type { Effort, ErrorContext } from "./errors";
export {
  isAuthentication,
  isNotFound,
  isOwnedByAnother,
  isRefusedAccount,
  missingPermission,
  type Outcome,
  PinterestAbortedError,
  PinterestApiError,
  PinterestConnectionError,
  PinterestCredentialsError,
  PinterestError,
  type PinterestErrorKind,
  PinterestInputError,
  PinterestRateLimitError,
  PinterestResponseError,
  PinterestTimeoutError,
} from "./errors";
export {
  fieldNames,
  type IntegrationField,
  type IntegrationFieldName,
  type IntegrationFields,
  integrationFields,
} from "./fields";
export type { Integration, IntegrationPage, IntegrationPatch } from "./integration";
export { type LogEntry, type LogProblem, logProblems } from "./logs/fields";
export type { LogReport, RejectedLog, UnknownLog } from "./logs/report";
export type { OperationName } from "./operations";
export { isRateLimited, isTransient, type RetryWait, retrying } from "./retry";
