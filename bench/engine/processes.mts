import { readdirSync, readFileSync } from "node:fs";

export interface Descendant {
  readonly pid: number;
  readonly parent: number;
}

/** The processes that a process has started, and those that they have, parents first. Linux only: it reads /proc. */
export function descendants(root: number): Descendant[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readProcess(Number(name), "stat") ?? "")?.[1];
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

/** A file of a process, or nothing when the process has ended. */
export function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
