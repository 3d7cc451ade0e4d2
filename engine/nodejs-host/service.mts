import { type handleUnaryCall, type ServerWritableStream, status } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type { InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { version } from "@pulumi/pulumi/version.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type Children, end } from "./children.mts";
import { type PluginRequest, readDependencies } from "./dependencies.mts";
import { installDependencies } from "./install.mts";
import { programOf } from "./program.mts";
import { runProgram } from "./run.mts";
import { runPlugin } from "./run-plugin.mts";

/** The calls that this host answers; the engine takes UNIMPLEMENTED, which the server gives for the rest, as "no". */
type Service = Pick<
  ILanguageRuntimeServer,
  | "handshake"
  | "getPluginInfo"
  | "about"
  | "getRequiredPlugins"
  | "getRequiredPackages"
  | "getProgramDependencies"
  | "installDependencies"
  | "run"
  | "runPlugin"
  | "cancel"
>;

/** The engine's address, which a host knows from its command line or, when attached to, from the handshake. */
export interface EngineLink {
  address: string;
  /** Starts to watch an address that came by handshake. */
  attach(address: string): void;
}

/** Answers a unary call with what `work` returns; what it throws becomes the call's error. */
function unary<Request, Response>(
  work: (request: Request, onCancel: (act: () => void) => void) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await work(call.request, (act) => call.once("cancelled", act)));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** The language runtime service for Node.js programs. */
export function nodejsService(engine: EngineLink, children: Children): Service {
  return {
    handshake: unary((request) => {
      engine.attach(request.getEngineAddress());
      return new language.LanguageHandshakeResponse();
    }),

    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(version)),

    about: unary(() =>
      // Started by `env node`, so this process runs the very node that programs get.
      new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),

    getRequiredPlugins: unary((request) =>
      new language.GetRequiredPluginsResponse().setPluginsList(
        requiredPlugins(programOf(request.getInfo()).directory).map((wanted) =>
          fill(new plugin.PluginDependency(), wanted),
        ),
      ),
    ),

    getRequiredPackages: unary((request) =>
      new language.GetRequiredPackagesResponse().setPackagesList(
        requiredPlugins(programOf(request.getInfo()).directory).map((wanted) =>
          fill(new plugin.PackageDependency(), wanted),
        ),
      ),
    ),

    getProgramDependencies: unary((request) =>
      new language.GetProgramDependenciesResponse().setDependenciesList(
        readDependencies(programOf(request.getInfo()).directory, request.getTransitivedependencies()).map(
          (dependency) =>
            new language.DependencyInfo().setName(dependency.name).setVersion(dependency.version),
        ),
      ),
    ),

    installDependencies: (call) => void install(call, children),

    run: unary(async (request, onCancel) => {
      const outcome = await runProgram(request, engine.address, (child) => {
        children.add(child);
        onCancel(() => void end(child));
      });
      return new language.RunResponse().setError(outcome.error).setBail(outcome.bail);
    }),

    runPlugin: (call) =>
      void streaming(call, () =>
        runPlugin(call, (child) => {
          children.add(child);
          call.once("cancelled", () => void end(child));
        }),
      ),

    cancel: unary(async () => {
      await children.endAll();
      return new empty.Empty();
    }),
  };
}

function requiredPlugins(programDirectory: string): PluginRequest[] {
  return readDependencies(programDirectory, true).flatMap((dependency) => dependency.plugin ?? []);
}

function fill<T extends InstanceType<typeof plugin.PluginDependency | typeof plugin.PackageDependency>>(
  message: T,
  wanted: PluginRequest,
): T {
  message.setKind("resource");
  message.setName(wanted.name);
  message.setVersion(wanted.version);
  message.setServer(wanted.server);
  return message;
}

type InstallCall = ServerWritableStream<
  InstallDependenciesRequest,
  InstanceType<typeof language.InstallDependenciesResponse>
>;

async function install(call: InstallCall, children: Children): Promise<void> {
  const program = programOf(call.request.getInfo());
  const output = {
    stdout: (bytes: Buffer) => void call.write(new language.InstallDependenciesResponse().setStdout(bytes)),
    stderr: (bytes: Buffer) => void call.write(new language.InstallDependenciesResponse().setStderr(bytes)),
  };
  await streaming(call, () =>
    installDependencies(program.options.packageManager, call.request.getDirectory(), output, (child) => {
      children.add(child);
      call.once("cancelled", () => void end(child));
    }),
  );
}

/** Ends a streaming call when its work has ended; what that throws becomes the call's error. */
async function streaming(
  call: ServerWritableStream<unknown, unknown>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
    call.end();
  } catch (error) {
    call.emit("error", {
      code: status.UNKNOWN,
      details: error instanceof Error ? error.message : String(error),
    });
  }
}
