import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { CommandFigures } from "../results.mts";
import { ProviderMemory } from "./provider-memory.mts";

/** What is measured of a command by itself, whatever it asks of Pinterest. */
export type ProcessFigures = Omit<CommandFigures, "requests">;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Linux counts processor time in hundredths of a second. */
const millisecondsATick = 10;

/**
 * Runs a command to its end and measures it. Only one may run at a time, since processor time is that of all children.
 * @throws Error with the last of its output when it fails
 */
export async function measure(
  command: string,
  args: readonly string[],
  { cwd, env }: CommandOptions,
): Promise<ProcessFigures> {
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  const memory = child.pid === undefined ? undefined : new ProviderMemory(child.pid);
  const exitCode = await exited.finally(() => memory?.end());
  const wallMs = performance.now() - startedAt;
  if (exitCode !== 0) {
    const text = Buffer.concat(output).toString("utf8");
    throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${text.slice(-4_000)}`);
  }
  const { processes = 0, peakBytes = 0 } = memory?.seen ?? {};
  return {
    wallMs: Math.round(wallMs),
    cpuMs: childrenCpuMs() - cpuBefore,
    providerPeakBytes: peakBytes,
    providerProcesses: processes,
  };
}

/** Processor time of all children that have ended, and of theirs. Linux only. */
function childrenCpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // After the command's name, which may hold anything: state is the third field, cutime and cstime the 16th and 17th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * millisecondsATick;
}
