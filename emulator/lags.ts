import type { Integration } from "./fields";

interface Lag {
  /** State before the write; undefined if the integration did not exist. */
  readonly seen: Integration | undefined;
  /** Number of reads that still return it. */
  reads: number;
}

/** Integrations whose next reads return the state before a write, by external business ID. */
export class Lags {
  readonly #lags = new Map<string, Lag>();

  all(): { externalId: string; seen: Integration | undefined }[] {
    return [...this.#lags].map(([externalId, { seen }]) => ({ externalId, seen }));
  }

  /** Counts a read of an integration. Returns undefined if the read returns the present state. */
  spend(externalId: string): Lag | undefined {
    const lag = this.#lags.get(externalId);
    if (lag && --lag.reads === 0) this.#lags.delete(externalId);
    return lag;
  }

  /** Makes the next reads return what reads return now. With 0 reads, they return the present state. */
  delay(externalId: string, current: Integration | undefined, reads: number): void {
    const lag = this.#lags.get(externalId);
    if (reads === 0) this.#lags.delete(externalId);
    else this.#lags.set(externalId, { seen: lag ? lag.seen : current, reads });
  }
}
