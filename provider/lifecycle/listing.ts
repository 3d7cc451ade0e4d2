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
}

interface Entry {
  /** Undefined if two integrations of the list have the same external business ID. */
  readonly record: Integration | undefined;
  /** In the time of {@link Listing}'s pages. */
  readonly receivedAt: number;
  readonly pass: Pass;
}

function newPass(): Pass {
  return { bookmarks: new Set(), isComplete: false };
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
  readonly #entries = new Map<string, Entry>();
  #pass = newPass();
  #pending: PendingRead[] = [];
  /** When the page in progress was requested. */
  #requestedAt: number | undefined;
  /** How long it has waited for pages, in milliseconds. */
  #waitedMs = 0;
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
  ) {}

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
    if (this.#fetched === 0) void this.#fetch();
  }

  /** Answers reads from the pages so far. For the others, requests another page, or answers with undefined. */
  #answerPending(): void {
    this.#pending = this.#pending.filter((read) => !this.#answer(read));
    while (this.#requestedAt === undefined && this.#pending.length > 0) {
      if (this.#mayFetch()) {
        void this.#fetch();
      } else {
        this.#missed += 1;
        this.#pending.shift()?.resolve(undefined);
      }
    }
  }

  #answer({ externalBusinessId, isCurrent, resolve }: PendingRead): boolean {
    const entry = this.#entries.get(externalBusinessId);
    if (entry === undefined) return false;
    const { record, receivedAt, pass } = entry;
    if (this.#time() - receivedAt > lifetimeMs) {
      this.#entries.delete(externalBusinessId);
      // The other pages of its pass have expired, too.
      this.#abandon(pass);
      return false;
    }
    const isUsable = record !== undefined && isCurrent(record);
    if (isUsable) this.#answered += 1;
    resolve(isUsable ? record : undefined);
    return true;
  }

  #mayFetch(): boolean {
    const limit = 1 + this.#answered + Math.floor(this.#missed / missesPerPage);
    return !this.#pass.isComplete && this.#fetched < limit && this.now() >= this.#pausedUntil;
  }

  /** Requests the next page of the current pass. */
  async #fetch(): Promise<void> {
    const pass = this.#pass;
    const requestedAt = this.now();
    this.#requestedAt = requestedAt;
    this.#fetched += 1;
    try {
      const { bookmark } = pass;
      this.#add(await this.client.listIntegrations({ pageSize: largestPage, bookmark }), pass);
    } catch (error) {
      this.#pausedUntil = isRefusal(error) ? Number.POSITIVE_INFINITY : this.now() + lifetimeMs;
      // The bookmark may expire in the meantime.
      this.#abandon(pass);
    }
    this.#waitedMs += this.now() - requestedAt;
    this.#requestedAt = undefined;
    this.#answerPending();
  }

  #add({ items, bookmark }: IntegrationPage, pass: Pass): void {
    for (const record of items) this.#addRecord(this.reduce(record), pass);
    pass.isComplete = bookmark === undefined || pass.bookmarks.has(bookmark);
    if (bookmark === undefined) return;
    pass.bookmarks.add(bookmark);
    pass.bookmark = bookmark;
  }

  #addRecord(record: Integration, pass: Pass): void {
    const { externalBusinessId, integrationId } = record;
    if (externalBusinessId === undefined) return;
    const earlier = this.#entries.get(externalBusinessId);
    // Pages shift, so a pass can contain an integration twice.
    const isRepeated = integrationId !== undefined && earlier?.record?.integrationId === integrationId;
    const isAmbiguous = earlier?.pass === pass && !isRepeated;
    this.#entries.set(externalBusinessId, {
      record: isAmbiguous ? undefined : record,
      receivedAt: this.#time(),
      pass,
    });
  }

  /** Starts another pass, if this one is the current one. */
  #abandon(pass: Pass): void {
    if (pass === this.#pass) this.#pass = newPass();
  }

  /** The time in which pages age, in milliseconds: without waits for further pages. */
  #time(): number {
    return (this.#requestedAt ?? this.now()) - this.#waitedMs;
  }
}

/** Whether further requests of this process would fail too: scopes, beta access, or an address without a list. */
function isRefusal(error: unknown): boolean {
  return error instanceof PinterestApiError && error.outcome === "refused" && error.status !== 429;
}

/**
 * The lists of all accounts of a process.
 *
 * The engine reads as many resources at a time as `--parallel` allows, which takes long if each has an account. The lists of other accounts
 * are therefore read ahead. A configuration can have more accounts than the stack uses, so each list that was needed allows two more.
 */
export class Listings {
  readonly #listings = new Map<PinterestClient, Listing>();
  /** External business IDs without accounts, because two account names can lead to one integration. */
  readonly #excluded = new Set<string>();
  /** The accounts whose lists can be read ahead, the next one at the end. */
  readonly #remaining: string[];
  /** The accounts whose lists were read ahead, and that no read has needed yet. */
  readonly #unused = new Set<string>();
  readonly #seen = new Set<string>();
  #used = 0;

  constructor(
    private readonly options: {
      client(account: string | undefined): PinterestClient;
      readonly readAheadAccounts?: readonly string[];
      now(): number;
      readonly compareSecrets: boolean;
    },
  ) {
    this.#remaining = [...(options.readAheadAccounts ?? [])].reverse();
  }

  /** Never answers reads of an integration again, because this process writes it. */
  exclude(externalBusinessId: string): void {
    this.#excluded.add(externalBusinessId);
  }

  /** The same as {@link Listing.find} in the list of an account. */
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
    if (account === undefined || this.#seen.has(account)) return;
    this.#seen.add(account);
    if (this.#unused.delete(account)) this.#used += 1;
    while (this.#remaining.length > 0 && this.#unused.size < initialLead + 2 * this.#used) {
      const next = this.#remaining.pop();
      if (next === undefined || this.#seen.has(next)) continue;
      this.#unused.add(next);
      try {
        this.#of(this.options.client(next)).prefetch();
      } catch {
        // The account's own read reports it.
      }
    }
  }

  #of(client: PinterestClient): Listing {
    const { now, compareSecrets } = this.options;
    const listing =
      this.#listings.get(client) ??
      new Listing(client, now, compareSecrets ? (record) => record : withoutSecrets);
    this.#listings.set(client, listing);
    return listing;
  }
}

function withoutSecrets(record: Integration): Integration {
  const others = { ...record };
  for (const name of secretFieldNames) delete others[name];
  return others;
}
