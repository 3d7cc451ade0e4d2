import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { waitAtMost } from "../api/async";
import { create } from "./messages";
import { grpc } from "./sdk-libraries";

/** How long a process waits for its last messages before it exits, in milliseconds. */
const flushMs = 1000;

/** Prints a message at the terminal, next to the resource of the URN. */
export type EngineLog = (severity: "info" | "warning", urn: string, message: string) => void;

/** Sends messages to an engine, which prints them. Ignores messages that cannot be sent. */
export class EngineLogger {
  private readonly inProgress = new Set<Promise<void>>();
  private readonly client: EngineClient;

  constructor(address: string) {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  readonly log: EngineLog = (severity, urn, message) => {
    const request = create(LogRequest, {
      severity: severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING,
      urn,
      message: message.toWellFormed(),
    });
    const sent = new Promise<void>((resolve) => {
      this.client.log(request, () => resolve());
    }).finally(() => this.inProgress.delete(sent));
    this.inProgress.add(sent);
  };

  /** Resolves when all messages were sent or failed. A process that exits earlier loses them. */
  flush(timeoutMs = flushMs): Promise<void> {
    return waitAtMost(Promise.all(this.inProgress), timeoutMs);
  }
}
