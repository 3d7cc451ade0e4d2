import {
  type Integration,
  type IntegrationPage,
  isLastingRefusal,
  type PinterestClient,
  pagesOf,
} from "../api";

/** Time for which a list is used after its last page was received, and for which a list that failed is not requested. */
const lifetimeMs = 30_000;

/** The records of one pass through the pages of a list, from the first one. */
interface Pass {
  /** By external business ID. Undefined if two integrations of the list have the same one. */
  readonly records: Map<string, Integration | undefined>;
  readonly pages: AsyncIterator<IntegrationPage>;
  /** Whether there are no more pages. */
  isComplete: boolean;
  /** The time at which the last page was received. */
  receivedAt: number;
}

/**
 * Serves reads of single integrations from the list of their account: one request for 250 integrations.
 *
 * For a few integrations of a long list, single reads need fewer requests. Therefore there is at most one page for each read.
 */
class Listing {
  private pass: Pass | undefined;
  /** The request for a page in progress. */
  private fetching: Promise<void> | undefined;
  /** The time at which the next page can be requested after a failure. */
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private reads = 0;
  private pages = 0;

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
    this.reads += 1;
    for (;;) {
      const pass = this.currentPass();
      if (pass.records.has(externalBusinessId)) {
        const record = pass.records.get(externalBusinessId);
        return record !== undefined && isCurrent(record) ? record : undefined;
      }
      if (this.fetching === undefined && !this.mayFetch(pass)) return undefined;
      await this.fetch(pass);
    }
  }

  /** Requests the first page before a read needs it. */
  prefetch(): void {
    if (this.pages === 0) void this.fetch(this.currentPass());
  }

  private currentPass(): Pass {
    const isExpired = this.pass !== undefined && this.now() - this.pass.receivedAt > lifetimeMs;
    // The wait for a page does not count. Otherwise, a slow list would start again without end.
    if (this.pass === undefined || (isExpired && this.fetching === undefined)) {
      const pages = pagesOf(this.client);
      this.pass = { records: new Map(), pages, isComplete: false, receivedAt: this.now() };
    }
    return this.pass;
  }

  private mayFetch({ isComplete }: Pass): boolean {
    return !isComplete && this.pages < this.reads && this.now() >= this.pausedUntil;
  }

  /** Requests the next page of the pass, or waits for the page in progress. */
  private fetch(pass: Pass): Promise<void> {
    this.fetching ??= this.fetchPage(pass).finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetchPage(pass: Pass): Promise<void> {
    this.pages += 1;
    try {
      const page: IntegrationPage = (await pass.pages.next()).value;
      for (const record of page.items) addRecord(record, pass);
      pass.isComplete = page.bookmark === undefined;
      pass.receivedAt = this.now();
    } catch (error) {
      // For example, the token lacks a scope, or the address has no list.
      this.pausedUntil = isLastingRefusal(error) ? Number.POSITIVE_INFINITY : this.now() + lifetimeMs;
      // The bookmark may expire in the meantime.
      this.pass = undefined;
    }
  }
}

function addRecord(record: Integration, { records }: Pass): void {
  const { externalBusinessId } = record;
  if (externalBusinessId === undefined) return;
  const isAmbiguous = records.has(externalBusinessId);
  records.set(externalBusinessId, isAmbiguous ? undefined : record);
}

/** Limit for lists that were read ahead and that no read has needed so far. A configuration can have more accounts than the stack uses. */
const maxUnusedLists = 32;

interface ListingsOptions {
  client(account: string | undefined): PinterestClient;
  readonly readAheadAccounts?: readonly string[];
  now(): number;
}

/**
 * The lists of all accounts of a process.
 *
 * The engine reads as many resources at a time as `--parallel` allows, which takes long if each has an account. When an account's list is needed,
 * those of the next accounts are therefore requested too.
 */
export class Listings {
  private readonly listings = new Map<PinterestClient, Listing>();
  /** External business IDs without accounts, because two account names can lead to one integration. */
  private readonly excluded = new Set<string>();
  /** The accounts whose lists can be read ahead. */
  private readonly remaining: Set<string>;
  /** The accounts whose lists were read ahead, and not needed so far. */
  private readonly unused = new Set<string>();

  constructor(private readonly options: ListingsOptions) {
    this.remaining = new Set(options.readAheadAccounts);
  }

  /** Excludes an integration from the lists, because this process writes it. */
  exclude(externalBusinessId: string): void {
    this.excluded.add(externalBusinessId);
  }

  /** Whether a page of the account's list was requested. */
  has(client: PinterestClient): boolean {
    return this.listings.has(client);
  }

  /** The same as `find` of the account's list. */
  async find(
    client: PinterestClient,
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    if (this.excluded.has(externalBusinessId)) return undefined;
    const record = await this.of(client).find(externalBusinessId, isCurrent);
    return this.excluded.has(externalBusinessId) ? undefined : record;
  }

  /** Records that a read needs an account's list, and reads others ahead. */
  readAhead(account: string | undefined): void {
    if (account === undefined) return;
    this.unused.delete(account);
    this.remaining.delete(account);
    for (const next of this.remaining) {
      if (this.unused.size === maxUnusedLists) return;
      this.remaining.delete(next);
      try {
        this.of(this.options.client(next)).prefetch();
        this.unused.add(next);
      } catch {
        // The account's own read reports it.
      }
    }
  }

  private of(client: PinterestClient): Listing {
    const listing = this.listings.get(client) ?? new Listing(client, this.options.now);
    this.listings.set(client, listing);
    return listing;
  }
}
