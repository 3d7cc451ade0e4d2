import { descendants, readProcess } from "../../bench/processes.mts";

/** How often workers are looked at, in milliseconds. */
const interval = 500;

/** Watches what workers take of the memory, with all that they have started. Linux only: it reads /proc. */
export class WorkerMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly workers: readonly number[]) {
    // A test that fails in the middle of a watch is to end all the same.
    this.timer = setInterval(() => this.look(), interval).unref();
  }

  /** Ends the watch: the most that any of them had, in bytes; memory that processes share is counted in parts. */
  end(): number {
    clearInterval(this.timer);
    return this.peak;
  }

  private look(): void {
    for (const worker of this.workers) {
      const bytes = [worker, ...descendants(worker)].reduce((sum, pid) => sum + shareOf(pid), 0);
      this.peak = Math.max(this.peak, bytes);
    }
  }
}

function shareOf(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(readProcess(pid, "smaps_rollup") ?? "") ?? [];
  return Number(kilobytes) * 1_024;
}
