import type { Integration } from "./fields";

/** How long readers still see what was before a write: for so many reads, and for so many milliseconds. */
export interface Delay {
  readonly reads: number;
  readonly milliseconds: number;
}

export const NO_DELAY: Delay = { reads: 0, milliseconds: 0 };

interface Lag {
  /** What readers see until the lag is over; undefined is nothing. */
  readonly seen: Integration | undefined;
  reads: number;
  until: number;
}

/** What readers see in the place of what is held, by external business id. */
export class Lags {
  readonly #lags = new Map<string, Lag>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The integrations that lag, and what readers see of each. */
  all(): { externalId: string; seen: Integration | undefined }[] {
    return [...this.#lags.keys()].flatMap((externalId) => {
      const lag = this.#live(externalId);
      return lag ? [{ externalId, seen: lag.seen }] : [];
    });
  }

  /** The lag of an integration, unless it is over; counts as one read. */
  spend(externalId: string): Lag | undefined {
    const lag = this.#live(externalId);
    if (lag) lag.reads = Math.max(0, lag.reads - 1);
    return lag;
  }

  /** Lets readers see what they see by now for a while; with no delay they see at once what is held. */
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
