import { PinterestApiError, type PinterestClient } from "../api";
import type { Integration } from "../api/integration";
import { largestPage } from "../api/pages";
import { ListedPages, lifetimeMs, type Run } from "./listed-pages";

/** So many reads that the list could not answer allow one page more: a list sorted the other way round is still used. */
const missesForAPage = 8;

interface Waiting {
  externalBusinessId: string;
  isCurrent: (record: Integration) => boolean;
  resolve: (record: Integration | undefined) => void;
}

/**
 * Answers reads of single integrations of one account from its list, which tells of 250 with one request.
 *
 * Where few of many integrations are read the list would cost more than it saves, so pages have to be earned: there are
 * never more than 1, and 1 for each read answered, and 1 for 8 reads that found the pages so far lacking. A read that
 * may not have a page any more is not answered, and makes a request of its own.
 */
export class Listing {
  readonly #client: PinterestClient;
  readonly #now: () => number;
  readonly #kept: (record: Integration) => Integration;
  readonly #pages: ListedPages;
  #waiting: Waiting[] = [];
  #fetching = false;
  /** Until when no page is asked for, after one that failed. */
  #closedUntil = Number.NEGATIVE_INFINITY;
  #fetched = 0;
  #answered = 0;
  #missed = 0;

  /**
   * @param now milliseconds since 1970
   * @param kept what is remembered of a record
   */
  constructor(client: PinterestClient, now: () => number, kept: (record: Integration) => Integration) {
    this.#client = client;
    this.#now = now;
    this.#pages = new ListedPages(now);
    this.#kept = kept;
  }

  /**
   * What the list shows of an integration. Nothing says no more than that the list is no answer. Never rejects.
   *
   * @param isCurrent whether a record is new enough to be an answer
   */
  find(
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ externalBusinessId, isCurrent, resolve });
      this.#serve();
    });
  }

  /** Requests the first page before a read needs it. */
  prefetch(): void {
    if (this.#fetched === 0) this.#startFetch();
  }

  #startFetch(): void {
    this.#fetching = true;
    void this.#fetch(this.#pages.run).then(() => {
      this.#fetching = false;
      this.#serve();
    });
  }

  /** Answers whom the pages so far can answer; asks for a page for the others, or sends them away. */
  #serve(): void {
    this.#waiting = this.#waiting.filter((waiting) => !this.#answer(waiting));
    while (!this.#fetching && this.#waiting.length > 0) {
      if (this.#mayFetch()) {
        this.#startFetch();
      } else {
        this.#missed += 1;
        this.#waiting.shift()?.resolve(undefined);
      }
    }
  }

  #answer({ externalBusinessId, isCurrent, resolve }: Waiting): boolean {
    const entry = this.#pages.entry(externalBusinessId);
    if (entry === undefined) {
      return false;
    }
    const { record } = entry;
    const usable = record !== undefined && isCurrent(record);
    if (usable) this.#answered += 1;
    resolve(usable ? record : undefined);
    return true;
  }

  #mayFetch(): boolean {
    const earned = 1 + this.#answered + Math.floor(this.#missed / missesForAPage);
    return !this.#pages.run.ended && this.#fetched < earned && this.#now() >= this.#closedUntil;
  }

  async #fetch(run: Run): Promise<void> {
    this.#fetched += 1;
    this.#pages.asks(run);
    try {
      const page = await this.#client.listIntegrations({
        pageSize: largestPage,
        ...(run.bookmark === undefined ? {} : { bookmark: run.bookmark }),
      });
      this.#pages.add({ ...page, items: page.items.map(this.#kept) }, run);
    } catch (error) {
      this.#closedUntil = isRefusal(error) ? Number.POSITIVE_INFINITY : this.#now() + lifetimeMs;
      // A bookmark may not outlive that.
      this.#pages.giveUp(run);
    }
  }
}

/** Whether asking again in the same process is of no use: the token's scopes, the beta, an address that has no list. */
function isRefusal(error: unknown): boolean {
  return error instanceof PinterestApiError && error.outcome === "refused" && error.status !== 429;
}
