import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { waitAtMost } from "../api/async";
import { grpc } from "./sdk-libraries";

/** How long a process waits for its last messages before it exits, in milliseconds. */
const flushMs = 1000;

/** Sends messages to the engine that has attached, which prints them. Ignores messages that cannot be sent. */
export class EngineLogger {
  readonly #inProgress = new Set<Promise<void>>();
  #client: EngineClient | undefined;

  attach(engine: string): void {
    this.#client = new EngineClient(engine, grpc.credentials.createInsecure());
  }

  log(urn: string, message: string): void {
    const client = this.#client;
    if (client === undefined) return;
    const request = new LogRequest()
      .setSeverity(LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(message.toWellFormed());
    const sent = new Promise<void>((resolve) => {
      client.log(request, () => resolve());
    }).finally(() => this.#inProgress.delete(sent));
    this.#inProgress.add(sent);
  }

  flush(timeoutMs = flushMs): Promise<void> {
    return waitAtMost(Promise.all(this.#inProgress), timeoutMs);
  }
}
