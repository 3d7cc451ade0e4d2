/** The writes in progress, and the time of each integration's last write. */
export class Writes {
  readonly #underWay = new Map<string, number>();
  readonly #last = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Starts a write.
   *
   * @returns whether another one of the same integration is in progress.
   */
  begin(externalId: string): boolean {
    const others = this.#underWay.get(externalId) ?? 0;
    this.#underWay.set(externalId, others + 1);
    return others > 0;
  }

  /** Ends a write, with or without an answer. */
  end(externalId: string): void {
    const left = (this.#underWay.get(externalId) ?? 1) - 1;
    if (left > 0) this.#underWay.set(externalId, left);
    else this.#underWay.delete(externalId);
  }

  /** Records that a write took effect. */
  taken(externalId: string): void {
    this.#last.set(externalId, this.#now());
  }

  /** Remaining milliseconds of a span after the last write. */
  left(externalId: string, span: number): number {
    const last = this.#last.get(externalId);
    return last === undefined ? 0 : Math.max(0, last + span - this.#now());
  }
}
