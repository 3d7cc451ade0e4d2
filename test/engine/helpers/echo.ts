import type { FaultAction, Operation } from "../../../emulator";
import type { Lab } from "./lab";

/** How a request fails whose answer repeats what was sent, token included. */
export type EchoKind = "400" | "409" | "500" | "reset" | "lost";

/**
 * Has every request of one operation fail whose integration is named here, with an answer that repeats all that was
 * sent, in clear and escaped. `reset` breaks the connection; `lost` does so after the request took effect, and fails
 * the reads that follow.
 *
 * @returns how to stop that
 */
export function echoFailures(
  { emulator }: Lab,
  operation: Operation,
  failures: Readonly<Record<string, EchoKind>>,
): () => void {
  const lost = new Set<string>();
  const stop = emulator.onRequest((entry) => {
    const id = entry.external_business_id ?? "";
    const kind = failures[id];
    const sent = JSON.stringify({ headers: entry.request_headers, body: entry.request_body });
    if (kind !== undefined && entry.operation === operation) {
      emulator.armFault({ operation, external_business_id: id, ...actionOf(kind, sent) });
      if (kind === "lost") {
        lost.add(id);
      }
    } else if (lost.has(id) && entry.operation === "get") {
      emulator.armFault({ operation: "get", external_business_id: id, ...actionOf("500", sent) });
    }
  });
  return () => {
    stop();
    emulator.disarmFaults();
  };
}

function actionOf(kind: EchoKind, sent: string): FaultAction {
  switch (kind) {
    case "reset":
      return { kind: "reset" };
    case "lost":
      return { kind: "reset", commit: true };
    case "500":
      return { kind: "answer", status: 500, body: `<html><h1>Failed</h1><pre>${sent}</pre></html>` };
    default:
      return {
        kind: "answer",
        status: Number(kind),
        body: {
          code: kind === "409" ? 4182 : 1,
          message: `refused: ${sent}`,
          message_detail: encodeURIComponent(sent),
        },
      };
  }
}
