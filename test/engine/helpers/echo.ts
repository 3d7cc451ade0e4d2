import type { Emulator, FaultAction, Operation } from "../../../emulator";

/** A way to fail a request whose response repeats the whole request, including the token. */
type EchoKind = "400" | "409" | "500" | "reset" | "lost";

/** The failures by external business ID. */
export const echoedFailures: Readonly<Record<string, EchoKind>> = {
  "shop-400": "400",
  "shop-409": "409",
  "shop-500": "500",
  "shop-reset": "reset",
  "shop-lost": "lost",
};

/**
 * Fails every request of `operation` for these integrations, with a response that repeats the request in plaintext
 * and escaped. `reset` breaks the connection. `lost` breaks it after the request took effect, and fails the reads that follow.
 *
 * @returns a function that stops the failures
 */
export function echoFailures(
  { emulator }: { readonly emulator: Emulator },
  operation: Operation,
  failures: Readonly<Record<string, EchoKind>> = echoedFailures,
): () => void {
  const lostIds = new Set<string>();
  const stop = emulator.onRequest((entry) => {
    const id = entry.external_business_id ?? "";
    const kind = failures[id];
    const sent = JSON.stringify({ headers: entry.request_headers, body: entry.request_body });
    if (kind !== undefined && entry.operation === operation) {
      emulator.armFault({ operation, external_business_id: id, ...actionOf(kind, sent) });
      if (kind === "lost") lostIds.add(id);
    } else if (lostIds.has(id) && entry.operation === "get") {
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
      return { kind: "response", status: 500, body: `<html><h1>Failed</h1><pre>${sent}</pre></html>` };
    default:
      return {
        kind: "response",
        status: Number(kind),
        body: {
          code: kind === "409" ? 4182 : 1,
          message: `refused: ${sent}`,
          message_detail: encodeURIComponent(sent),
        },
      };
  }
}
