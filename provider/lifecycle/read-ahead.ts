import type { Listings } from "./listings";
import type { Surroundings } from "./session";

/** Number of lists to request before a read has needed one of them. */
const initialLead = 8;

/**
 * Reads the lists of other accounts ahead. The engine reads as many resources at a time as `--parallel` allows, which takes long if each has
 * an account. A configuration can have more accounts than the stack uses, so each list that was needed allows two more.
 */
export class ReadAhead {
  readonly #remaining: string[];
  /** The accounts whose lists no read has needed yet. */
  readonly #unused = new Set<string>();
  readonly #seen = new Set<string>();
  #used = 0;

  constructor(
    private readonly surroundings: Pick<Surroundings, "client" | "readAheadAccounts">,
    private readonly listings: Listings,
  ) {
    this.#remaining = [...(surroundings.readAheadAccounts ?? [])].reverse();
  }

  /** Records that a read needs an account's list, and requests others. */
  onRead(account: string | undefined): void {
    if (account === undefined || this.#seen.has(account)) return;
    this.#seen.add(account);
    if (this.#unused.delete(account)) this.#used += 1;
    while (this.#remaining.length > 0 && this.#unused.size < initialLead + 2 * this.#used) {
      const next = this.#remaining.pop();
      if (next === undefined || this.#seen.has(next)) continue;
      this.#unused.add(next);
      try {
        this.listings.prefetch(this.surroundings.client(next));
      } catch {
        // The account's own read reports it.
      }
    }
  }
}
