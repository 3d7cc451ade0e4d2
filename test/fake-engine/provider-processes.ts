// Provider processes, as the engine's plugin host starts them (sdk/go/common/resource/plugin/host.go). They have their own settings, clients and rate
// limits, but run in this process with the same modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { DynamicProvider, LogProvider } from "../../provider/dynamic/provider";
import { patchServer } from "../../provider/dynamic/sdk-server";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { Plugin, providerService } from "../../provider/plugin/service";
import type { EngineRun } from "../../provider/run/engine-command";
import { parseRunContext } from "../../provider/run/run-context";

/** Receives the messages of a program or of a provider process. */
export type Print = (severity: "debug" | "info" | "warning" | "error", urn: string, message: string) => void;

export interface Process {
  readonly service: UntypedServiceImplementation;
  /** Ends the process like an interrupt. */
  end(): Promise<void>;
}

/** Starts a process of the provider plugin: its service, without the executable. */
export async function startPlugin(engineAddress: string, run: EngineRun, print: Print): Promise<Process> {
  const log = (urn: string, message: string) => print("info", urn, message);
  const plugin = new Plugin(
    { attach: () => {}, log, continuesAfterFailures: async () => false, flush: async () => {} },
    { engine: engineAddress, run, environment: process.env, context: parseRunContext(process.env) },
  );
  return { service: providerService(plugin), end: () => plugin.close("SIGINT") };
}

const sdkServer = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
const sdkServerText = readFileSync(sdkServer, "utf8");

patchServer(sdkServer);

/** The port that the SDK's script prints. Nothing connects to it. */
const unusedPort = 1;

/**
 * Starts a process of the dynamic provider: the SDK's own script (`cmd/dynamic-provider`), which evaluates the provider code in the properties of a
 * resource. The script is evaluated again for each process, so that it has not loaded a provider yet. It gets its own arguments and console, the
 * package that the provider's code requires, and a server without a port.
 */
export async function startDynamicProvider(
  engineAddress: string,
  run: EngineRun,
  print: Print,
): Promise<Process> {
  const shared = new ProviderProcess({
    engine: engineAddress,
    run,
    environment: process.env,
    context: parseRunContext(process.env),
    notify: (message) => print("info", "", message),
  });
  const ourPackage = { provider: new DynamicProvider(shared), log: new LogProvider(shared) };
  const evaluate = (text: string) => {
    const module = { exports: {} };
    new Function("require", "module", "exports", text)(() => ourPackage, module, module.exports);
    return module.exports;
  };
  const started = Promise.withResolvers<UntypedServiceImplementation>();
  class Server {
    private service: UntypedServiceImplementation = {};
    addService(_definition: unknown, service: UntypedServiceImplementation) {
      this.service = service;
    }
    bindAsync(_address: string, _credentials: unknown, done: (error: null, port: number) => void) {
      done(null, unusedPort);
      started.resolve(this.service);
    }
  }
  const load = (name: string) => {
    if (name === "require-from-string") return evaluate;
    if (name === "@grpc/grpc-js") return { ...require(name), Server };
    return name.startsWith(".") ? require(createRequire(sdkServer).resolve(name)) : require(name);
  };
  // The first line is the server's port. The engine shows all later output of a provider process as information.
  let isPortPrinted = false;
  const write = (text: unknown) => {
    if (isPortPrinted) print("info", "", String(text));
    isPortPrinted = true;
  };
  new Function("require", "module", "exports", "process", "console", "__dirname", sdkServerText)(
    load,
    { exports: {} },
    {},
    { argv: ["node", sdkServer, engineAddress], on: () => {}, exit: () => {}, env: process.env },
    { log: write, error: write },
    dirname(sdkServer),
  );
  return { service: await started.promise, end: () => shared.close("SIGINT") };
}
