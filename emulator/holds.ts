interface Hold {
  readonly fault: number;
  readonly end: () => void;
}

/** The requests that slow faults keep waiting. */
export class Holds {
  readonly #held = new Set<Hold>();

  /** Settles after so many milliseconds, or when it is released. */
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
      // Unreferenced: a process need not stay for an answer that nobody may be waiting for.
      const timer = milliseconds === undefined ? undefined : setTimeout(hold.end, milliseconds).unref();
      this.#held.add(hold);
    });
  }

  /** How many requests a fault keeps waiting, or all faults. */
  count(fault?: number): number {
    return this.#of(fault).length;
  }

  /** Ends the waiting of those of a fault, or of all. */
  release(fault?: number): void {
    for (const hold of this.#of(fault)) hold.end();
  }

  #of(fault: number | undefined): Hold[] {
    return [...this.#held].filter((hold) => fault === undefined || hold.fault === fault);
  }
}
