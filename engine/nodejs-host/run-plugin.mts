import { type ChildProcess, spawn } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import type { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { programOf, resolveFrom } from "./program.mts";

type RunPluginCall = ServerWritableStream<RunPluginRequest, InstanceType<typeof language.RunPluginResponse>>;

/**
 * Runs a plugin whose folder has a PulumiPlugin.yaml under the SDK's own runner: passes on what it prints, and at the end how it ended.
 * @param started gets the process, so that it can be ended.
 */
export async function runPlugin(call: RunPluginCall, started: (child: ChildProcess) => void): Promise<void> {
  const { request } = call;
  const { directory, options } = programOf(request.getInfo());
  const runner = resolveFrom(directory, "@pulumi/pulumi/cmd/run-plugin");
  const child = spawn("node", [...options.nodeArgs, runner, directory, ...request.getArgsList()], {
    cwd: request.getPwd(),
    env: {
      ...Object.fromEntries(request.getEnvList().map(entryOf)),
      ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started(child);
  child.stdout.on("data", (bytes: Buffer) => call.write(new language.RunPluginResponse().setStdout(bytes)));
  child.stderr.on("data", (bytes: Buffer) => call.write(new language.RunPluginResponse().setStderr(bytes)));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  call.write(new language.RunPluginResponse().setExitcode(exitCode));
}

function entryOf(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
