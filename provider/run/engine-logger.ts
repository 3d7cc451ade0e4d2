import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity, RequirePulumiVersionRequest } from "@pulumi/pulumi/proto/engine_pb";
import { waitAtMost } from "../base/async";
import { grpc } from "./sdk-libraries";

/** Longest wait of a process for its last messages before it exits. */
const flushMs = 1000;

/** The first known version of the engine that continues after an `ErrorResourceAwaitFailed` (its resource/deploy/step_executor.go). */
const firstContinuingVersion = "3.274.0";

/** The engine that has attached: prints messages, and reports whether it continues after failures. Ignores messages that cannot be sent. */
export class EngineLogger {
  private readonly inProgress = new Set<Promise<void>>();
  private client: EngineClient | undefined;
  private continues: Promise<boolean> | undefined;

  attach(engine: string): void {
    this.client = new EngineClient(engine, grpc.credentials.createInsecure());
    this.continues = undefined;
  }

  /** Whether the engine continues with other resources after one fails with `ErrorResourceAwaitFailed`. False if no engine has attached. */
  continuesAfterFailures(): Promise<boolean> {
    const request = new RequirePulumiVersionRequest().setPulumiVersionRange(`>=${firstContinuingVersion}`);
    this.continues ??= new Promise((resolve) => {
      if (this.client === undefined) resolve(false);
      else this.client.requirePulumiVersion(request, (error) => resolve(error === null));
    });
    return this.continues;
  }

  log(urn: string, message: string, { isError = false } = {}): void {
    const client = this.client;
    if (client === undefined) return;
    const request = new LogRequest()
      .setSeverity(isError ? LogSeverity.ERROR : LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(message.toWellFormed());
    const sent = new Promise<void>((resolve) => {
      client.log(request, () => resolve());
    }).finally(() => this.inProgress.delete(sent));
    this.inProgress.add(sent);
  }

  flush(timeoutMs = flushMs): Promise<void> {
    return waitAtMost(Promise.all(this.inProgress), timeoutMs);
  }
}
