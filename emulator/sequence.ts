/** IDs and times, reproducible for a seed and a sequence of requests. */
export class Sequence {
  readonly #base: bigint;
  readonly #now: () => number;
  #integrations = 0n;
  #requests = 0n;
  #lastTime = 0;

  constructor(seed: number, now: () => number) {
    this.#base = BigInt(seed) * 1_000_000_000n;
    this.#now = now;
  }

  /** 19 digits and odd, so that a conversion to a JavaScript number changes it. */
  integrationId(): string {
    this.#integrations += 1n;
    return String(7_300_000_000_000_000_001n + this.#base + 2n * this.#integrations);
  }

  /** A value of Pinterest's x-pinterest-rid: 16 digits. */
  requestId(): string {
    this.#requests += 1n;
    return String(1_000_000_000_000_000n + this.#base + this.#requests);
  }

  /** The time of a write: whole seconds, as recorded from Pinterest, and later than all earlier ones. */
  writeTime(): number {
    const second = Math.floor(this.#now() / 1000) * 1000;
    this.#lastTime = Math.max(second, this.#lastTime + 1000);
    return this.#lastTime;
  }
}
