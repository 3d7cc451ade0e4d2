/** The tokens of a full bucket. */
const capacity = 500;
/** What a retry costs. */
const cost = 10;
/** What a success without any retry puts back. */
const refill = 1;

/**
 * What keeps retries from multiplying the load of an API that is down: every retry takes tokens, successes put some back,
 * and where too few are left, the first failure is the last. A thousand operations against a dead API make some 50 retries
 * together instead of 3,000.
 */
export class RetryBucket {
  #tokens = capacity;

  /** Takes the tokens of one retry; false where there are too few. */
  take(): boolean {
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** An operation succeeded after so many retries: it gets back what they took. */
  succeeded(retries: number): void {
    this.#tokens = Math.min(capacity, this.#tokens + (retries === 0 ? refill : retries * cost));
  }
}
