// Runs a command and measures all processes that it starts. Linux only: it reads /proc (proc(5)).
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { ProcessFigures } from "./results.mts";

/** Time between two readings of memory, in milliseconds. A reading takes two. */
const memoryInterval = 100;

/** No command of the bench takes longer, in milliseconds. */
const timeout = 15 * 60_000;

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Interrupts the command. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command until it ends. Run one at a time: processor time is that of all children.
 *
 * @throws Error with the end of the output if the command fails.
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, signal }: RunOptions,
): Promise<ProcessFigures> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeout);
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // A Ctrl-C in the terminal then reaches the engine once, through the signal: it would not wait for its children after a second one.
    detached: true,
    killSignal: "SIGINT",
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  });
  let output = "";
  let failure: Error | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  child.on("error", (error) => {
    failure = error;
  });
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeBytes(child.pid ?? 0));
  }, memoryInterval);
  const status = await new Promise((resolve) => child.on("close", resolve));
  const wallMs = performance.now() - startedAt;
  clearInterval(watch);
  signal?.throwIfAborted();
  if (status !== 0) {
    const reason = failure?.message ?? `status ${status}`;
    throw new Error(`${command} ${args.join(" ")} failed: ${reason}\n${output.slice(-4_000)}`);
  }
  return { wallMs: Math.round(wallMs), cpuMs: childrenCpuMs() - cpuBefore, peakBytes };
}

/** The memory of a process and its descendants in bytes. */
function treeBytes(root: number): number {
  return [root, ...descendants(root)].reduce((sum, pid) => sum + memoryBytes(readProcess(pid, "status")), 0);
}

/** Memory without program files in bytes, from a status file. Reading Pss takes a thousand times longer. 0 after the process has ended. */
export function memoryBytes(status = ""): number {
  return [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].reduce(
    (sum, [, kilobytes]) => sum + Number(kilobytes) * 1_024,
    0,
  );
}

/** The processes that a process has started, and those that they have started. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(statFields(readProcess(name, "stat"))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const descendantIds: number[] = [];
  for (let next = children.get(root) ?? []; next.length > 0; ) {
    descendantIds.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return descendantIds;
}

/** Processor time of the children that have ended, and of theirs. */
function childrenCpuMs(): number {
  return cpuMsOfChildren(readProcess("self", "stat"));
}

/** Processor time (cutime and cstime) in a stat file. Linux counts it in hundredths of a second. */
export function cpuMsOfChildren(stat: string | undefined): number {
  const fields = statFields(stat);
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** The fields of a stat file after the command's name, which can contain spaces and parentheses. */
function statFields(stat = ""): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A file of a process. Undefined after the process has ended. */
export function readProcess(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
