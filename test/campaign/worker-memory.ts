import { descendants, readProcess } from "../../bench/processes.mts";

/** Interval between two measurements, in milliseconds. */
const interval = 500;

/** Measures the memory of workers with their child processes. Linux only: it reads /proc. */
export class WorkerMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly workers: readonly number[]) {
    // The timer of a test that fails must not keep the process running.
    this.timer = setInterval(() => this.measure(), interval).unref();
  }

  /** Stops measuring. @returns the peak of a single worker, in bytes. Memory that processes share is divided between them. */
  end(): number {
    clearInterval(this.timer);
    return this.peak;
  }

  private measure(): void {
    for (const worker of this.workers) {
      const bytes = [worker, ...descendants(worker)].reduce((sum, pid) => sum + proportionalSize(pid), 0);
      this.peak = Math.max(this.peak, bytes);
    }
  }
}

function proportionalSize(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(readProcess(pid, "smaps_rollup") ?? "") ?? [];
  return Number(kilobytes) * 1_024;
}
