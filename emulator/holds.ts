interface Hold {
  readonly fault: number;
  readonly end: () => void;
}

/** The requests that slow faults delay. */
export class Holds {
  readonly #held = new Set<Hold>();

  /** Resolves after a number of milliseconds, or when it is released. */
  hold(fault: number, milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const hold: Hold = {
        fault,
        end: () => {
          clearTimeout(timer);
          this.#held.delete(hold);
          resolve();
        },
      };
      // Unreferenced, because the process need not wait for an answer that nobody may read.
      const timer = milliseconds === undefined ? undefined : setTimeout(hold.end, milliseconds).unref();
      this.#held.add(hold);
    });
  }

  /** Number of requests that one fault delays, or all faults. */
  count(fault?: number): number {
    return this.#of(fault).length;
  }

  /** Releases the requests of one fault, or of all. */
  release(fault?: number): void {
    for (const hold of this.#of(fault)) hold.end();
  }

  #of(fault: number | undefined): Hold[] {
    return [...this.#held].filter((hold) => fault === undefined || hold.fault === fault);
  }
}
