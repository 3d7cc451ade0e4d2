/** Time without an acknowledged heartbeat after which a worker must end its engine, in milliseconds. */
export interface LeaseTimes {
  readonly every: number;
  readonly atMost: number;
}

export interface LeaseOptions extends LeaseTimes {
  /** Sends a heartbeat, and returns whether the claim still belongs to this worker. Rejects if the database does not answer. */
  readonly renew: () => Promise<boolean>;
  /** Called once, when the claim is lost or is about to expire. */
  readonly lost: (why: string) => void;
  readonly now?: () => number;
}

/**
 * Renews the right to run an engine, and reports its loss. When others count this worker as dead, its engine must be dead. Therefore the
 * time at which a heartbeat was sent counts, not the time of its answer.
 */
export class Lease {
  private readonly timer: NodeJS.Timeout;
  private lastHeard: number;
  private isOver = false;
  private isAsking = false;

  constructor(private readonly options: LeaseOptions) {
    this.lastHeard = this.now();
    this.timer = setInterval(() => void this.renew(), options.every);
  }

  /** Stops the renewal. */
  end(): void {
    this.isOver = true;
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    const sent = this.now();
    if (sent - this.lastHeard >= this.options.atMost) {
      this.lose(`PostgreSQL did not answer for ${Math.round((sent - this.lastHeard) / 1000)} s`);
      return;
    }
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      if (await this.options.renew()) this.lastHeard = Math.max(this.lastHeard, sent);
      else this.lose("another worker has claimed the shard");
    } catch {
      // Asked again, until it is too late.
    } finally {
      this.isAsking = false;
    }
  }

  private lose(why: string): void {
    if (this.isOver) return;
    this.end();
    this.options.lost(why);
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
