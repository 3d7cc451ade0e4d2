import { readdirSync, readFileSync } from "node:fs";

/** The processes that a process has started, and those that they have. Linux only: it reads /proc. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readProcess(Number(name), "stat") ?? "")?.[1];
    if (parent !== undefined)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (const next = [root]; next.length > 0; ) {
    const pid = next.pop() as number;
    const own = children.get(pid) ?? [];
    found.push(...own);
    next.push(...own);
  }
  return found;
}

/** A file of a process, or nothing when the process has ended. */
export function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
