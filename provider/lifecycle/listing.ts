import { PinterestApiError, type PinterestClient } from "../api";
import type { Integration, IntegrationPage } from "../api/integration";
import { pagesOf } from "../api/pages";

/** How long a list can be used after its last page was received, and how long a list that failed is not requested, in milliseconds. */
const lifetimeMs = 30_000;

/** The number of reads without a record that allow one more page. A list in the reverse order of the reads is still used. */
const missesPerPage = 8;

/** The records of one pass through the pages of a list, from the first one. */
interface Pass {
  /** By external business ID. Undefined if two integrations of the list have the same one. */
  readonly records: Map<string, Integration | undefined>;
  readonly pages: AsyncIterator<IntegrationPage>;
  /** Whether there are no more pages. */
  isComplete: boolean;
  /** When the last page was received. */
  receivedAt: number;
}

/**
 * Serves reads of single integrations from the list of their account: one request for 250 integrations.
 *
 * For a few integrations of a long list, single reads need fewer requests. Pages are therefore limited to 1, plus 1 for each read that the
 * list served, plus 1 for 8 reads that it did not serve. A read that needs a page beyond the limit is not served.
 */
class Listing {
  #pass: Pass | undefined;
  /** The request for a page in progress. */
  #fetching: Promise<void> | undefined;
  /** After a failure, when the next page can be requested. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #fetched = 0;
  #answered = 0;
  #missed = 0;

  /** @param now the time in milliseconds since 1970 */
  constructor(
    private readonly client: PinterestClient,
    private readonly now: () => number,
  ) {}

  /**
   * Returns the list's record of an integration. Undefined does not mean that the integration is missing. Never rejects.
   *
   * @param isCurrent whether a record is new enough
   */
  async find(
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    for (;;) {
      const pass = this.#currentPass();
      if (pass.records.has(externalBusinessId)) {
        const record = pass.records.get(externalBusinessId);
        if (record === undefined || !isCurrent(record)) return undefined;
        this.#answered += 1;
        return record;
      }
      if (this.#fetching === undefined && !this.#mayFetch(pass)) {
        this.#missed += 1;
        return undefined;
      }
      await this.#fetch(pass);
    }
  }

  /** Requests the first page before a read needs it. */
  prefetch(): void {
    if (this.#fetched === 0) void this.#fetch(this.#currentPass());
  }

  #currentPass(): Pass {
    const isExpired = this.#pass !== undefined && this.now() - this.#pass.receivedAt > lifetimeMs;
    // The wait for a page does not count. Otherwise, a slow list would start again without end.
    if (this.#pass === undefined || (isExpired && this.#fetching === undefined)) {
      const pages = pagesOf(this.client);
      this.#pass = { records: new Map(), pages, isComplete: false, receivedAt: this.now() };
    }
    return this.#pass;
  }

  #mayFetch({ isComplete }: Pass): boolean {
    const limit = 1 + this.#answered + Math.floor(this.#missed / missesPerPage);
    return !isComplete && this.#fetched < limit && this.now() >= this.#pausedUntil;
  }

  /** Requests the next page of the pass, or waits for the page in progress. */
  #fetch(pass: Pass): Promise<void> {
    this.#fetching ??= this.#fetchPage(pass).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchPage(pass: Pass): Promise<void> {
    this.#fetched += 1;
    try {
      const page: IntegrationPage = (await pass.pages.next()).value;
      for (const record of page.items) addRecord(record, pass);
      pass.isComplete = page.bookmark === undefined;
      pass.receivedAt = this.now();
    } catch (error) {
      this.#pausedUntil = isRefusal(error) ? Number.POSITIVE_INFINITY : this.now() + lifetimeMs;
      // The bookmark may expire in the meantime.
      this.#pass = undefined;
    }
  }
}

function addRecord(record: Integration, { records }: Pass): void {
  const { externalBusinessId } = record;
  if (externalBusinessId === undefined) return;
  const isAmbiguous = records.has(externalBusinessId);
  records.set(externalBusinessId, isAmbiguous ? undefined : record);
}

/** Whether further requests of this process would fail too: scopes, beta access, or an address without a list. */
function isRefusal(error: unknown): boolean {
  return error instanceof PinterestApiError && error.outcome === "refused" && error.status !== 429;
}

/** Number of lists to read ahead when the first account is needed. */
const initialLead = 8;

/** Number of lists to read ahead when one of them is needed: another one in its place, and two more. */
const furtherLead = 3;

/**
 * The lists of all accounts of a process.
 *
 * The engine reads as many resources at a time as `--parallel` allows, which takes long if each has an account. The lists of other accounts
 * are therefore read ahead. A configuration can have more accounts than the stack uses, so only a list that was needed allows more.
 */
export class Listings {
  readonly #listings = new Map<PinterestClient, Listing>();
  /** External business IDs without accounts, because two account names can lead to one integration. */
  readonly #excluded = new Set<string>();
  /** The accounts whose lists can be read ahead. */
  readonly #remaining: Set<string>;
  /** The accounts whose lists were read ahead. */
  readonly #ahead = new Set<string>();
  readonly #needed = new Set<string>();

  constructor(
    private readonly options: {
      client(account: string | undefined): PinterestClient;
      readonly readAheadAccounts?: readonly string[];
      now(): number;
    },
  ) {
    this.#remaining = new Set(options.readAheadAccounts);
  }

  /** Excludes an integration from the lists, because this process writes it. */
  exclude(externalBusinessId: string): void {
    this.#excluded.add(externalBusinessId);
  }

  /** The same as `find` of the account's list. */
  async find(
    client: PinterestClient,
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    if (this.#excluded.has(externalBusinessId)) return undefined;
    const record = await this.#of(client).find(externalBusinessId, isCurrent);
    return this.#excluded.has(externalBusinessId) ? undefined : record;
  }

  /** Records that a read needs an account's list, and reads others ahead. */
  readAhead(account: string | undefined): void {
    if (account === undefined || this.#needed.has(account)) return;
    this.#needed.add(account);
    this.#remaining.delete(account);
    let lead = this.#needed.size === 1 ? initialLead : this.#ahead.has(account) ? furtherLead : 0;
    for (const next of this.#remaining) {
      if (lead === 0) return;
      this.#remaining.delete(next);
      try {
        this.#of(this.options.client(next)).prefetch();
        this.#ahead.add(next);
        lead -= 1;
      } catch {
        // The account's own read reports it.
      }
    }
  }

  #of(client: PinterestClient): Listing {
    const listing = this.#listings.get(client) ?? new Listing(client, this.options.now);
    this.#listings.set(client, listing);
    return listing;
  }
}
