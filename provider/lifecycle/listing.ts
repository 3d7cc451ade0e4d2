import { PinterestApiError, type PinterestClient } from "../pinterest";
import type { Integration } from "../pinterest/integration";
import { largestPage } from "../pinterest/pages";

/** How long a page's answer may be used, in milliseconds. */
const lifetimeMs = 30_000;
/** So many reads that the list could not answer allow one page more: a list sorted the other way round is still used. */
const missesForAPage = 8;

interface Entry {
  /** Nothing where the list has two records of the id, which are no answer. */
  record: Integration | undefined;
  answeredAt: number;
  run: Run;
}

/** One way through the pages, from the first one on. */
interface Run {
  /** Where the next page begins; missing for the first page. */
  bookmark?: string;
  /** The bookmarks had before; one that comes again would lead round in a circle. */
  readonly had: Set<string>;
  ended: boolean;
}

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
  readonly #entries = new Map<string, Entry>();
  #run = begin();
  #waiting: Waiting[] = [];
  #fetching = false;
  /** Until when no page is asked for, after one that failed. */
  #closedUntil = Number.NEGATIVE_INFINITY;
  #pages = 0;
  #answered = 0;
  #missed = 0;

  /**
   * @param now milliseconds since 1970
   * @param kept what is remembered of a record
   */
  constructor(client: PinterestClient, now: () => number, kept: (record: Integration) => Integration) {
    this.#client = client;
    this.#now = now;
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

  /** Answers whom the pages so far can answer; asks for a page for the others, or sends them away. */
  #serve(): void {
    this.#waiting = this.#waiting.filter((waiting) => !this.#answer(waiting));
    while (!this.#fetching && this.#waiting.length > 0) {
      if (this.#mayFetch()) {
        this.#fetching = true;
        void this.#fetch(this.#run).then(() => {
          this.#fetching = false;
          this.#serve();
        });
      } else {
        this.#missed += 1;
        this.#waiting.shift()?.resolve(undefined);
      }
    }
  }

  #answer({ externalBusinessId, isCurrent, resolve }: Waiting): boolean {
    const entry = this.#entries.get(externalBusinessId);
    if (entry === undefined) {
      return false;
    }
    if (this.#now() - entry.answeredAt > lifetimeMs) {
      this.#entries.delete(externalBusinessId);
      // The other entries of its page are as old; whichever of them is still to be read comes with the new run.
      if (entry.run === this.#run) this.#run = begin();
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
    return !this.#run.ended && this.#pages < earned && this.#now() >= this.#closedUntil;
  }

  async #fetch(run: Run): Promise<void> {
    this.#pages += 1;
    try {
      const page = await this.#client.listIntegrations({
        pageSize: largestPage,
        ...(run.bookmark === undefined ? {} : { bookmark: run.bookmark }),
      });
      const answeredAt = this.#now();
      for (const record of page.items) this.#keep(record, answeredAt, run);
      turn(run, page.bookmark);
    } catch (error) {
      this.#closedUntil = isRefusal(error) ? Number.POSITIVE_INFINITY : this.#now() + lifetimeMs;
      // A bookmark may not outlive that.
      if (run === this.#run) this.#run = begin();
    }
  }

  #keep(record: Integration, answeredAt: number, run: Run): void {
    const { externalBusinessId, integrationId } = record;
    if (externalBusinessId === undefined) {
      return;
    }
    const before = this.#entries.get(externalBusinessId);
    // Pages shift, so the same integration may come twice; another one of the same id makes neither an answer.
    const isDouble =
      before?.run === run &&
      (before.record === undefined ||
        integrationId === undefined ||
        before.record.integrationId !== integrationId);
    this.#entries.set(externalBusinessId, {
      record: isDouble ? undefined : this.#kept(record),
      answeredAt,
      run,
    });
  }
}

function begin(): Run {
  return { had: new Set(), ended: false };
}

function turn(run: Run, bookmark: string | undefined): void {
  if (bookmark === undefined || run.had.has(bookmark)) {
    run.ended = true;
  } else {
    run.had.add(bookmark);
    run.bookmark = bookmark;
  }
}

/** Whether asking again in the same process is of no use: the token's scopes, the beta, an address that has no list. */
function isRefusal(error: unknown): boolean {
  return error instanceof PinterestApiError && error.outcome === "refused" && error.status !== 429;
}
