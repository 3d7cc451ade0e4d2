import { promisify } from "node:util";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { readEngineRun } from "../run/engine-command";
import { exitWithEngine, exitWithoutEngine, onTermination } from "../run/engine-lifetime";
import { EngineLogger } from "../run/engine-logger";
import { parseRunContext } from "../run/run-context";
import { grpc } from "../run/sdk-libraries";
import { Plugin, providerService } from "./service";

/** The engine's own limit for a message. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Runs the provider plugin: a server on a loopback port, whose number is the first line of standard output. The engine allows no other output
 * before it.
 *
 * @param engineAddress the engine that started the process. If absent, the plugin waits for an engine to attach.
 */
export async function runPlugin(engineAddress: string | undefined): Promise<void> {
  const environment = process.env;
  const plugin = new Plugin(new EngineLogger(), {
    engine: engineAddress,
    environment,
    context: parseRunContext(environment),
    run: readEngineRun(environment),
  });
  onTermination(
    (signal) => plugin.close(signal),
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
  if (engineAddress !== undefined)
    exitWithEngine(engineAddress, () => exitWithoutEngine(() => process.exit(1)));
}
