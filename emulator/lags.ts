import type { Integration } from "./fields";

/** The duration of stale reads after a write, in reads and in milliseconds. */
export interface Delay {
  readonly reads: number;
  readonly milliseconds: number;
}

export const NO_DELAY: Delay = { reads: 0, milliseconds: 0 };

interface Lag {
  /** The stale record during that time; undefined if there was none. */
  readonly seen: Integration | undefined;
  reads: number;
  until: number;
}

/** The stale records by external business ID. */
export class Lags {
  readonly #lags = new Map<string, Lag>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The integrations with stale reads. */
  all(): { externalId: string; seen: Integration | undefined }[] {
    return [...this.#lags.keys()].flatMap((externalId) => {
      const lag = this.#live(externalId);
      return lag ? [{ externalId, seen: lag.seen }] : [];
    });
  }

  /** The stale state of an integration, unless its time is over. Counts as one read. */
  spend(externalId: string): Lag | undefined {
    const lag = this.#live(externalId);
    if (lag) lag.reads = Math.max(0, lag.reads - 1);
    return lag;
  }

  /** Starts stale reads of an integration. Without a delay, reads return the current state at once. */
  delay(externalId: string, seen: Integration | undefined, { reads, milliseconds }: Delay): void {
    const present = this.#live(externalId);
    this.#lags.delete(externalId);
    if (reads === 0 && milliseconds === 0) return;
    const until = this.#now() + milliseconds;
    this.#lags.set(externalId, { seen: present ? present.seen : seen, reads, until });
  }

  #live(externalId: string): Lag | undefined {
    const lag = this.#lags.get(externalId);
    if (!lag || lag.reads > 0 || this.#now() < lag.until) return lag;
    this.#lags.delete(externalId);
    return undefined;
  }
}
