import type { OperationName } from "./operations";
import type { RateReport } from "./rate/header";

/** What one answer says beside its body. Of its headers it has those that hold no secret. */
export interface AnswerEvent {
  readonly operation: OperationName;
  readonly account?: string;
  readonly status: number;
  readonly requestId?: string;
  readonly rate: RateReport;
}
