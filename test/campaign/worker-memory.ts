import { readdirSync, readFileSync } from "node:fs";

/** How often workers are looked at, in milliseconds. */
const interval = 500;

/** Watches what workers take of the memory, with all that they have started. Linux only: it reads /proc. */
export class WorkerMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly workers: readonly number[]) {
    this.timer = setInterval(() => this.look(), interval);
  }

  /** Ends the watch: the most that any of them had, in bytes; memory that processes share is counted in parts. */
  end(): number {
    clearInterval(this.timer);
    return this.peak;
  }

  private look(): void {
    const children = childrenByParent();
    for (const worker of this.workers) {
      const bytes = familyOf(worker, children).reduce((sum, pid) => sum + shareOf(pid), 0);
      this.peak = Math.max(this.peak, bytes);
    }
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    // The name of a program stands in brackets, and may hold some itself.
    const parent = Number(read(`/proc/${name}/stat`).split(") ").at(-1)?.split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function familyOf(pid: number, children: ReadonlyMap<number, number[]>): number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => familyOf(child, children))];
}

function shareOf(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes) * 1_024;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
