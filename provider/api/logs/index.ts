export { type LogEntry, type LogError, type LogFieldRule, type LogRequest, logFields } from "./fields";
export { type LogProblem, logProblems } from "./problems";
export type { LogReport, RejectedLog, UnknownLog } from "./report";
