import { parseArgs, promisify } from "node:util";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { packageVersion } from "../base/own-package";
import { readEngineRun } from "../run/engine-command";
import { exitWithEngine, exitWithoutEngine, onTermination } from "../run/engine-lifetime";
import { EngineLogger } from "../run/engine-logger";
import { parseRunContext } from "../run/run-context";
import { grpc } from "../run/sdk-libraries";
import { Plugin, providerService } from "./service";

/** The engine's own limit for a message. */
const maxMessageBytes = 400 * 1024 * 1024;

const help = `\
pulumi-resource-pinterest is the provider plugin for Pinterest commerce integrations. Pulumi starts it in commands such as
\`pulumi up\` if a program uses the package "pinterest". To debug it, start it without arguments: it prints the port of its
server, and waits for a Pulumi command with PULUMI_DEBUG_PROVIDERS=pinterest:PORT in its environment.`;

/** The exit code of Go's `flag` package, which Pulumi's own plugins use, for arguments that are not valid. */
const usageExitCode = 2;

/**
 * Runs the provider plugin with its command line.
 *
 * @param args the address of the engine, which follows the engine's logging options; or `--version` or `--help`
 */
export async function runPlugin(args: readonly string[]): Promise<void> {
  let commandLine: ReturnType<typeof parseCommandLine>;
  try {
    commandLine = parseCommandLine(args);
  } catch (error) {
    console.error(`pulumi-resource-pinterest: ${(error as Error).message}\n${help}`);
    process.exitCode = usageExitCode;
    return;
  }
  const { values, engineAddress } = commandLine;
  if (values.help) console.log(help);
  else if (values.version) console.log(packageVersion());
  else await serve(engineAddress);
}

/** @throws Error if an argument is not valid */
function parseCommandLine(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
      // The engine's options (buildPluginArguments in sdk/go/common/resource/plugin/plugin.go). The plugin does not use them.
      logtostderr: { type: "boolean" },
      verbosity: { type: "string", short: "v" },
      tracing: { type: "string" },
    },
  });
  const [engineAddress, unexpected] = positionals;
  if (unexpected !== undefined) throw new Error(`Unexpected argument '${unexpected}'.`);
  return { values, engineAddress };
}

/**
 * Serves the plugin on a loopback port, whose number is the first line of standard output. The engine allows no other output before it.
 *
 * @param engineAddress the engine that started the process. If absent, the plugin waits for an engine to attach.
 */
async function serve(engineAddress: string | undefined): Promise<void> {
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
