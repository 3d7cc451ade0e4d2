export { type Clock, systemClock } from "../base/clock";
export { PinterestClient } from "./client";
export type { AmbientLimits, OperationEvent, RequestGate } from "./client-options";
export { type Credentials, staticToken } from "./credentials";
export {
  isMerchantConnected,
  isNotFound,
  isOfKind,
  isOwnedByAnother,
  isRateLimited,
  isRefusedAccount,
  PinterestApiError,
  PinterestError,
} from "./errors";
export {
  fieldNames,
  type IntegrationFieldName,
  integrationFields,
} from "./fields";
export type { Integration, IntegrationPage } from "./integration";
export { type LogEntry, logProblems } from "./logs/fields";
export type { LogReport } from "./logs/report";
export { retrying } from "./retry";
