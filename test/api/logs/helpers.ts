import type { LogEntry, OperationEvent } from "../../../provider/api";

/** A valid entry. */
export function entry(message: string, more: Partial<LogEntry> = {}): LogEntry {
  return { clientTimestamp: 1_700_000_000_000, eventType: "APP", logLevel: "INFO", message, ...more };
}

/** A successful write. */
export function event(externalBusinessId: string, more: Partial<OperationEvent> = {}): OperationEvent {
  return {
    operation: "updateCommerceIntegration",
    externalBusinessId,
    method: "PATCH",
    host: "api.example",
    path: `/v5/integrations/commerce/${externalBusinessId}`,
    startedAt: 1_700_000_000_000.5,
    durationMs: 123.4,
    attempts: 1,
    status: 200,
    requestId: "77",
    ...more,
  };
}
