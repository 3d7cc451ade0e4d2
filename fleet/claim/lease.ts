export interface LeaseOptions {
  /** When the request that acquired the claim was sent, by `performance.now()`. */
  readonly acquiredAt: number;
  /** Time between two successful renewals, in milliseconds. */
  readonly everyMs: number;
  /** Time between a failed renewal and the next one, in milliseconds. */
  readonly retryMs: number;
  /** How long a claim holds after the last successful renewal was sent, in milliseconds. */
  readonly atMostMs: number;
  /** Renews the claim. @returns whether this worker still has it. Rejects if the database cannot be asked. */
  readonly renew: () => Promise<boolean>;
  /** Called once when the claim is lost, or others may take it. */
  readonly onLost: (reason: string) => void;
}

/**
 * Renews a claim until {@link end}, and reports its loss before other workers may take it, so that this worker's engine is dead by then.
 * The time counts from when a renewal was sent, because its response may be late.
 */
export class Lease {
  #isOver = false;
  #renewal: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;

  constructor(private readonly options: LeaseOptions) {
    this.#holdFrom(options.acquiredAt);
    this.#renewAfter(options.everyMs);
  }

  /** Stops the renewal. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#expiry);
  }

  #holdFrom(sentAt: number): void {
    const { atMostMs } = this.options;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(
      () => this.#lose(`PostgreSQL did not respond for ${Math.round((performance.now() - sentAt) / 1000)} s`),
      sentAt + atMostMs - performance.now(),
    );
  }

  #renewAfter(ms: number): void {
    if (!this.#isOver) this.#renewal = setTimeout(() => void this.#renew(), ms);
  }

  async #renew(): Promise<void> {
    const { renew, everyMs, retryMs } = this.options;
    const sentAt = performance.now();
    try {
      const isHeld = await renew();
      if (this.#isOver) return;
      if (!isHeld) return this.#lose("another worker has acquired the shard");
      this.#holdFrom(sentAt);
      this.#renewAfter(Math.max(0, sentAt + everyMs - performance.now()));
    } catch {
      this.#renewAfter(retryMs);
    }
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.end();
    this.options.onLost(reason);
  }
}
