import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { type ILanguageRuntimeClient, LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { engineEntryName } from "../../../scripts/engine/build.mts";
import { cacheDir } from "../../../scripts/engine/ensure.mts";
import type { Sandbox } from "./sandbox";

const binDir = join(cacheDir(), engineEntryName(), "bin");
const hostFile = join(binDir, "pulumi-language-nodejs");

/** Whether the engine in the cache was built from Go modules. The official release contains its own language hosts. */
export const hasHost = existsSync(hostFile) && !existsSync(join(binDir, "pulumi-language-python"));
if (!hasHost) {
  console.warn(
    "Skipping the tests of the Node.js language host: no engine was built from Go modules (npm run engine).",
  );
}

/** A language host, started like by the engine. */
export interface Host {
  readonly process: ChildProcess;
  readonly client: LanguageRuntimeClient;
  /** Emits `line` for each line of the host and its programs on standard output, after the port. */
  readonly lines: Interface;
  /** Stops the host if it still runs. Resolves when all its output has been read. */
  close(): Promise<void>;
}

/** Starts the language host, with the sandbox's programs on PATH. */
export async function startHost(sandbox: Sandbox, ...args: string[]): Promise<Host> {
  const child = spawn(hostFile, args, {
    // The host and its programs use the `node` on PATH. Here, it is the one that runs the tests.
    env: {
      ...process.env,
      PATH: [sandbox.path("bin"), dirname(process.execPath), process.env.PATH].join(delimiter),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines = createInterface(child.stdout);
  const [port] = (await once(lines, "line")) as [string];
  const client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    process: child,
    client,
    lines,
    async close() {
      client.close();
      child.kill();
      await closed;
    },
  };
}

type Calls = ILanguageRuntimeClient;
/** The last overload of a client's method, because TypeScript infers from the last one. */
type Signature<Name extends keyof Calls> = Calls[Name] extends (
  request: infer Request,
  metadata: never,
  options: never,
  callback: (error: ServiceError | null, response: infer Response) => void,
) => unknown
  ? { request: Request; response: Response }
  : never;

/** Makes a unary call and resolves with its response. */
export function call<Name extends keyof Calls>(
  host: Host,
  name: Name,
  request: Signature<Name>["request"],
): Promise<Signature<Name>["response"]> {
  return new Promise((done, failed) => {
    const call = host.client[name] as unknown as (
      request: unknown,
      callback: (error: ServiceError | null, response: Signature<Name>["response"]) => void,
    ) => unknown;
    call.call(host.client, request, (error, response) => (error ? failed(error) : done(response)));
  });
}

/**
 * Installs a replacement for the SDK's runner, which runs `program`.
 *
 * @param options the runtime options in Pulumi.yaml
 * @returns the request that runs it
 */
export function runRequest(sandbox: Sandbox, program: string, options = {}) {
  sandbox.write("node_modules/@pulumi/pulumi/cmd/run/index.js", program);
  const info = new language.ProgramInfo()
    .setRootDirectory(sandbox.path())
    .setProgramDirectory(sandbox.path())
    .setEntryPoint(".")
    .setOptions(Struct.fromJavaScript(options));
  return new language.RunRequest().setPwd(sandbox.path()).setMonitorAddress("127.0.0.1:1").setInfo(info);
}

/** Starts a server at an engine's address. */
export async function startEngine(): Promise<{ address: string; kill(): void }> {
  const server = new Server();
  const port = await new Promise<number>((done, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, kill: () => server.forceShutdown() };
}
