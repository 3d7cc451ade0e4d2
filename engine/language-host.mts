// The Node language host for a Pulumi engine that was built from source: `language-host [flags] [engine address]`.
import { Server, ServerCredentials } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { Children } from "./nodejs-host/children.mts";
import { watchEngine } from "./nodejs-host/engine-watch.mts";
import { nodejsService } from "./nodejs-host/service.mts";

/** The largest message, in bytes, that the engine and the SDK exchange (grpcChannelOptions in the SDK's settings). */
const maxMessage = 400 * 1024 * 1024;

const children = new Children();

async function stop(): Promise<void> {
  await children.endAll();
  process.exit(0);
}

const engine = {
  address: "",
  attach(address: string) {
    engine.address = address;
    watchEngine(address, () => void stop());
  },
};

const server = new Server({
  "grpc.max_receive_message_length": maxMessage,
  "grpc.max_send_message_length": maxMessage,
});
server.addService(language.LanguageRuntimeService, nodejsService(engine, children) as never);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void stop());

// Flags (-v=9, --logtostderr, --tracing=…) may stand before the address and mean nothing to this host.
const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
if (address !== undefined) engine.attach(address);

server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the first line, and nothing else may come before it.
  console.log(port);
});
