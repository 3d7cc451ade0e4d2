import { type IntegrationPage, PinterestApiError, type PinterestClient } from "../api";
import { secretFieldNames } from "../api/fields";
import type { Integration } from "../api/integration";
import { largestPage } from "../api/pages";

/**
 * How long the records of a page can be used, in milliseconds. Waits for further pages do not count: otherwise the first pages of a long
 * list would expire before the last one is received, and the list would be read again without end.
 */
export const lifetimeMs = 30_000;

/** The number of reads without a record that allow one more page. A list in the reverse order of the reads is still used. */
const missesPerPage = 8;

/** Number of lists to request before a read has needed one of them. */
const initialLead = 8;

/** One pass through the pages of a list, from the first one. */
interface Pass {
  /** Where the next page begins. Undefined for the first page. */
  bookmark?: string;
  /** Whether there are no more pages. */
  isComplete: boolean;
  /** The bookmarks so far. A repeated one would lead to an endless loop. */
  readonly bookmarks: Set<string>;
  /** How long it has waited for pages, in milliseconds. */
  waitedMs: number;
  /** When the page in progress was requested. */
  requestedAt?: number | undefined;
}

interface Entry {
  /** Undefined if two integrations of the list have the same external business ID. */
  readonly record: Integration | undefined;
  /** In the time of its pass: milliseconds without those of waits. */
  readonly receivedAt: number;
  readonly pass: Pass;
}

/** The records of a list that can be used, by external business ID. */
class ListedPages {
  readonly #entries = new Map<string, Entry>();
  #pass = newPass();

  constructor(private readonly now: () => number) {}

  /** The current pass. */
  get pass(): Pass {
    return this.#pass;
  }

  /** Records that the next page is requested: the pages of the pass do not age until it is received, or the pass ends. */
  startRequest(pass: Pass): void {
    pass.requestedAt = this.now();
  }

  /** Starts another pass, if this one is the current one. */
  abandon(pass: Pass): void {
    pass.requestedAt = undefined;
    if (pass === this.#pass) this.#pass = newPass();
  }

  /** The entry of an integration. If it has expired, so have the other pages of its pass, which is abandoned. */
  entry(externalBusinessId: string): Entry | undefined {
    const entry = this.#entries.get(externalBusinessId);
    if (entry === undefined || this.#timeOf(entry.pass) - entry.receivedAt <= lifetimeMs) return entry;
    this.#entries.delete(externalBusinessId);
    this.abandon(entry.pass);
    return undefined;
  }

  add({ items, bookmark }: IntegrationPage, pass: Pass): void {
    if (pass.requestedAt !== undefined) pass.waitedMs += this.now() - pass.requestedAt;
    pass.requestedAt = undefined;
    for (const record of items) this.#addRecord(record, pass);
    if (bookmark === undefined || pass.bookmarks.has(bookmark)) {
      pass.isComplete = true;
    } else {
      pass.bookmarks.add(bookmark);
      pass.bookmark = bookmark;
    }
  }

  #addRecord(record: Integration, pass: Pass): void {
    const { externalBusinessId, integrationId } = record;
    if (externalBusinessId === undefined) return;
    const earlier = this.#entries.get(externalBusinessId);
    // Pages shift, so a pass can contain an integration twice.
    const isRepeated =
      earlier?.record !== undefined &&
      integrationId !== undefined &&
      earlier.record.integrationId === integrationId;
    const isAmbiguous = earlier?.pass === pass && !isRepeated;
    this.#entries.set(externalBusinessId, {
      record: isAmbiguous ? undefined : record,
      receivedAt: this.#timeOf(pass),
      pass,
    });
  }

  #timeOf({ requestedAt, waitedMs }: Pass): number {
    return (requestedAt ?? this.now()) - waitedMs;
  }
}

function newPass(): Pass {
  return { bookmarks: new Set(), isComplete: false, waitedMs: 0 };
}

interface PendingRead {
  readonly externalBusinessId: string;
  readonly isCurrent: (record: Integration) => boolean;
  readonly resolve: (record: Integration | undefined) => void;
}

/**
 * Answers reads of single integrations from the list of their account: one request for 250 integrations.
 *
 * For a few integrations of a long list, single reads need fewer requests. Pages are therefore limited to 1, plus 1 for each read that was
 * answered, plus 1 for 8 reads that were not. A read that needs a page beyond the limit is not answered.
 */
export class Listing {
  readonly #pages: ListedPages;
  #pending: PendingRead[] = [];
  #isFetching = false;
  /** After a failure, when the next page can be requested. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #fetched = 0;
  #answered = 0;
  #missed = 0;

  /**
   * @param now the time in milliseconds since 1970
   * @param reduce returns the part of a record to keep
   */
  constructor(
    private readonly client: PinterestClient,
    private readonly now: () => number,
    private readonly reduce: (record: Integration) => Integration,
  ) {
    this.#pages = new ListedPages(now);
  }

  /**
   * Returns the list's record of an integration. Undefined does not mean that the integration is missing. Never rejects.
   *
   * @param isCurrent whether a record is new enough
   */
  find(
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    return new Promise((resolve) => {
      this.#pending.push({ externalBusinessId, isCurrent, resolve });
      this.#answerPending();
    });
  }

  /** Requests the first page before a read needs it. */
  prefetch(): void {
    if (this.#fetched === 0) this.#startFetch();
  }

  #startFetch(): void {
    this.#isFetching = true;
    void this.#fetch(this.#pages.pass).then(() => {
      this.#isFetching = false;
      this.#answerPending();
    });
  }

  /** Answers reads from the pages so far. For the others, requests another page, or answers with undefined. */
  #answerPending(): void {
    this.#pending = this.#pending.filter((read) => !this.#answer(read));
    while (!this.#isFetching && this.#pending.length > 0) {
      if (this.#mayFetch()) {
        this.#startFetch();
      } else {
        this.#missed += 1;
        this.#pending.shift()?.resolve(undefined);
      }
    }
  }

  #answer({ externalBusinessId, isCurrent, resolve }: PendingRead): boolean {
    const entry = this.#pages.entry(externalBusinessId);
    if (entry === undefined) return false;
    const { record } = entry;
    const isUsable = record !== undefined && isCurrent(record);
    if (isUsable) this.#answered += 1;
    resolve(isUsable ? record : undefined);
    return true;
  }

  #mayFetch(): boolean {
    const limit = 1 + this.#answered + Math.floor(this.#missed / missesPerPage);
    return !this.#pages.pass.isComplete && this.#fetched < limit && this.now() >= this.#pausedUntil;
  }

  async #fetch(pass: Pass): Promise<void> {
    this.#fetched += 1;
    this.#pages.startRequest(pass);
    try {
      const { bookmark } = pass;
      const page = await this.client.listIntegrations({
        pageSize: largestPage,
        bookmark,
      });
      this.#pages.add({ ...page, items: page.items.map(this.reduce) }, pass);
    } catch (error) {
      this.#pausedUntil = isRefusal(error) ? Number.POSITIVE_INFINITY : this.now() + lifetimeMs;
      // The bookmark may expire in the meantime.
      this.#pages.abandon(pass);
    }
  }
}

/** Whether further requests of this process would fail too: scopes, beta access, or an address without a list. */
function isRefusal(error: unknown): boolean {
  return error instanceof PinterestApiError && error.outcome === "refused" && error.status !== 429;
}

/** The lists of all accounts of a process. */
export class Listings {
  readonly #listings = new Map<PinterestClient, Listing>();
  /** External business IDs without accounts, because two account names can lead to one integration. */
  readonly #excluded = new Set<string>();

  constructor(private readonly options: { now(): number; readonly compareSecrets: boolean }) {}

  /** Never answers reads of an integration again, because this process writes it. */
  exclude(externalBusinessId: string): void {
    this.#excluded.add(externalBusinessId);
  }

  /** Requests the first page of an account's list before a read needs it. */
  prefetch(client: PinterestClient): void {
    this.#of(client).prefetch();
  }

  /** Returns the record of an integration in the account's list. Undefined does not mean that the integration is missing. */
  async find(
    client: PinterestClient,
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    if (this.#excluded.has(externalBusinessId)) return undefined;
    const record = await this.#of(client).find(externalBusinessId, isCurrent);
    return this.#excluded.has(externalBusinessId) ? undefined : record;
  }

  #of(client: PinterestClient): Listing {
    let listing = this.#listings.get(client);
    if (listing === undefined) {
      const { now, compareSecrets } = this.options;
      listing = new Listing(client, now, compareSecrets ? (record) => record : withoutSecrets);
      this.#listings.set(client, listing);
    }
    return listing;
  }
}

function withoutSecrets(record: Integration): Integration {
  const others = { ...record };
  for (const name of secretFieldNames) delete others[name];
  return others;
}

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
    private readonly options: {
      client(account: string | undefined): PinterestClient;
      readonly readAheadAccounts?: readonly string[];
    },
    private readonly listings: Pick<Listings, "prefetch">,
  ) {
    this.#remaining = [...(options.readAheadAccounts ?? [])].reverse();
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
        this.listings.prefetch(this.options.client(next));
      } catch {
        // The account's own read reports it.
      }
    }
  }
}
