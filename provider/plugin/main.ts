import { promisify } from "node:util";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { waitAtMost } from "../api/async";
import { isRefreshRequested } from "../lifecycle/engine-command";
import { exitWithEngine, onTermination } from "../runtime/engine-lifetime";
import { type EngineTerminal, Plugin } from "./plugin";
import { grpc } from "./sdk-libraries";
import { providerService } from "./service";

/** The engine's own limit for a message. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Runs the provider plugin: a server on a loopback port, whose number is the first line of standard output. The engine allows no other output
 * before it.
 *
 * @param engineAddress the engine that started the process. If absent, the plugin waits for an engine to attach.
 */
export async function runPlugin(engineAddress: string | undefined): Promise<void> {
  const plugin = new Plugin(new EngineLogger(), { engine: engineAddress, isRefreshRequested });
  onTermination(
    () => plugin.end(),
    () => process.exit(0),
  );
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(ResourceProviderService, providerService(plugin));
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  process.stdout.write(`${port}\n`);
  if (engineAddress !== undefined) exitWithEngine(engineAddress, () => process.exit(1));
}

/** How long a process waits for its last messages before it exits, in milliseconds. */
const flushMs = 1000;

/** Sends messages to the engine that has attached, which prints them. Ignores messages that cannot be sent. */
export class EngineLogger implements EngineTerminal {
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
