// What Linux tells of processes: all of it is read from /proc.
import { readdirSync, readFileSync } from "node:fs";

export interface Descendant {
  readonly pid: number;
  readonly parent: number;
}

/** The processes that a process has started, and those that they have, parents first. */
export function descendants(root: number): Descendant[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = statOf(Number(name))?.[stat.parent];
    if (parent !== undefined)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const found: Descendant[] = [];
  for (const next = [root]; next.length > 0; ) {
    const parent = next.pop() as number;
    const own = children.get(parent) ?? [];
    found.push(...own.map((pid) => ({ pid, parent })));
    next.push(...own);
  }
  return found;
}

/**
 * Processor time, user and system, in milliseconds: a process's own until now, or that of all its children that have ended, and of
 * theirs. Undefined when the process has ended.
 */
export function processorMs(pid: number | "self", of: "own" | "children"): number | undefined {
  const fields = statOf(pid);
  if (fields === undefined) return undefined;
  const [user, system] = of === "own" ? [stat.utime, stat.stime] : [stat.cutime, stat.cstime];
  return (Number(fields[user]) + Number(fields[system])) * millisecondsATick;
}

/** Linux counts processor time in hundredths of a second. */
const millisecondsATick = 10;

/** Where fields of /proc/PID/stat are among those that come after the command's name: proc_pid_stat(5) counts from 1, and two before. */
const stat = { parent: 1, utime: 11, stime: 12, cutime: 13, cstime: 14 } as const;

function statOf(pid: number | "self"): string[] | undefined {
  const text = readProcess(pid, "stat");
  // The name may hold anything.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** A file of a process, or nothing when the process has ended. */
export function readProcess(pid: number | "self", file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
