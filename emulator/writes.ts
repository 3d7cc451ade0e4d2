/** Which integrations are being written, and when each was written last. */
export class Writes {
  readonly #underWay = new Map<string, number>();
  readonly #last = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A write has come. @returns whether another one of the same integration is under way */
  begin(externalId: string): boolean {
    const others = this.#underWay.get(externalId) ?? 0;
    this.#underWay.set(externalId, others + 1);
    return others > 0;
  }

  /** A write has been answered, or never will be. */
  end(externalId: string): void {
    const left = (this.#underWay.get(externalId) ?? 1) - 1;
    if (left > 0) this.#underWay.set(externalId, left);
    else this.#underWay.delete(externalId);
  }

  /** A write has taken effect. */
  taken(externalId: string): void {
    this.#last.set(externalId, this.#now());
  }

  /** Milliseconds that are left of a span after the last write. */
  left(externalId: string, span: number): number {
    const last = this.#last.get(externalId);
    return last === undefined ? 0 : Math.max(0, last + span - this.#now());
  }
}
