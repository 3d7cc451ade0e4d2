import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { waitAtMost } from "../api/async";
import { grpc } from "./sdk-libraries";

/** How long the end of a process waits for what it has said, in milliseconds. */
const arrivalMs = 1000;

/** Tells the person at the terminal something, beside the resource that it is about. */
export type EngineLog = (severity: "info" | "warning", urn: string, message: string) => void;

/** Speaks through an engine. A message that does not arrive is lost, and fails nothing. */
export class EngineSpeech {
  private readonly underWay = new Set<Promise<void>>();
  private readonly client: EngineClient;

  constructor(address: string) {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  readonly log: EngineLog = (severity, urn, message) => {
    const request = new LogRequest();
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    request.setUrn(urn);
    request.setMessage(message.toWellFormed());
    const arrival = new Promise<void>((resolve) => {
      this.client.log(request, () => resolve());
    }).finally(() => this.underWay.delete(arrival));
    this.underWay.add(arrival);
  };

  /** Settles when all that was said has arrived, or is lost: what a process says at its end is lost where it does not wait for it. */
  arrived(atMostMs = arrivalMs): Promise<void> {
    return waitAtMost(Promise.all(this.underWay), atMostMs);
  }
}
