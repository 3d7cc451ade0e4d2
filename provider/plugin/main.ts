import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { isRefreshRequested } from "../api/engine-command";
import { beforeEngineEnds, ShutdownActions } from "../runtime/engine-end";
import { endWithEngine } from "../runtime/engine-watch";
import { EngineSpeech } from "./engine-log";
import { Plugin } from "./plugin";
import { grpc } from "./sdk-libraries";
import { providerService } from "./service";

/** As large as the engine's own. */
const longestMessage = 400 * 1024 * 1024;

/**
 * Runs the provider plugin: serves one engine on a port of this machine, whose number is the first line of standard output. Nothing else
 * may be printed there.
 *
 * @param engineAddress the engine that started the process; without one it waits for an engine to attach itself.
 */
export async function runPlugin(engineAddress: string | undefined): Promise<void> {
  let speech: EngineSpeech | undefined;
  const shutdownActions = new ShutdownActions();
  const ending = () => shutdownActions.run().then(() => speech?.arrived());
  const plugin = new Plugin((...line) => speech?.log(...line), {
    ...(engineAddress === undefined ? {} : { engine: engineAddress }),
    isRefreshRequested,
    beforeEnd: (action) => shutdownActions.add(action),
  });
  beforeEngineEnds(ending, () => process.exit(0));
  const server = new grpc.Server({
    "grpc.max_receive_message_length": longestMessage,
    "grpc.max_send_message_length": longestMessage,
  });
  server.addService(
    ResourceProviderService,
    providerService(plugin, {
      attached: (address) => {
        speech = new EngineSpeech(address);
        plugin.attach(address);
      },
      ending,
    }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
  if (engineAddress !== undefined) {
    endWithEngine(engineAddress, () => process.exit(1));
  }
}
