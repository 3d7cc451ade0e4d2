import { spawn } from "node:child_process";
import { interruption } from "../interruption.mts";
import type { CommandFigures } from "../results.mts";
import { processorMs } from "./processes.mts";
import { ProviderProcesses } from "./provider-processes.mts";

/** What is measured of a command by itself, whatever it asks of Pinterest. */
export type ProcessFigures = Omit<CommandFigures, "requests">;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end and measures it. Only one may run at a time, since processor time is that of all children.
 * @throws Error with the last of its output when it fails, and on an interruption once it has ended
 */
export async function measure(
  command: string,
  args: readonly string[],
  { cwd, env }: CommandOptions,
): Promise<ProcessFigures> {
  interruption.throwIfAborted();
  const cpuBefore = ofAllThatEnded();
  const startedAt = performance.now();
  // Not of the terminal's group, whose Ctrl-C would reach it beside this process's: the engine takes a second one for impatience.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const stop = () => child.kill("SIGINT");
  interruption.addEventListener("abort", stop);
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  const providers = child.pid === undefined ? undefined : new ProviderProcesses(child.pid);
  const exitCode = await exited.finally(() => {
    providers?.end();
    interruption.removeEventListener("abort", stop);
  });
  const wallMs = performance.now() - startedAt;
  interruption.throwIfAborted();
  if (exitCode !== 0) {
    const text = Buffer.concat(output).toString("utf8");
    throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${text.slice(-4_000)}`);
  }
  const { processes = 0, peakBytes = 0, cpuMs = 0 } = providers?.seen ?? {};
  return {
    wallMs: Math.round(wallMs),
    cpuMs: ofAllThatEnded() - cpuBefore,
    providerCpuMs: cpuMs,
    providerPeakBytes: peakBytes,
    providerProcesses: processes,
  };
}

/** The processor time of every command until now. */
function ofAllThatEnded(): number {
  return processorMs("self", "children") ?? 0;
}
