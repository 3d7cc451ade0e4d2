/** How long a worker may be without having been heard before it has to end its engine, in milliseconds. */
export interface LeaseTimes {
  readonly every: number;
  readonly atMost: number;
}

export interface LeaseOptions extends LeaseTimes {
  /** Gives a sign of life; whether the right is still this worker's. Rejects where it cannot be asked. */
  readonly renew: () => Promise<boolean>;
  /** Is called once, when the right is lost, or may be lost before long. */
  readonly lost: (why: string) => void;
  readonly now?: () => number;
}

/**
 * Keeps the right to run an engine, and tells when it is lost: by the moment at which others take this worker for dead, its engine has
 * to be dead indeed. What counts is when a sign of life was sent, not when its answer came.
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

  /** It is needed no longer. */
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
