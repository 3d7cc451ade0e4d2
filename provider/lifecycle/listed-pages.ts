import type { IntegrationPage } from "../pinterest";
import type { Integration } from "../pinterest/integration";

/** How long a page's answer may be used, in milliseconds. */
export const lifetimeMs = 30_000;

/** One way through the pages, from the first one on. */
export interface Run {
  /** Where the next page begins; missing for the first page. */
  bookmark?: string;
  /** Whether there is no further page. */
  ended: boolean;
  /** The bookmarks had before; one that comes again would lead round in a circle. */
  readonly had: Set<string>;
}

export interface Entry {
  /** Nothing where the list has two records of the id, which are no answer. */
  readonly record: Integration | undefined;
  readonly answeredAt: number;
  readonly run: Run;
}

/** What the pages of a list have shown so far, by external id, for as long as that may be used. */
export class ListedPages {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #run = begin();

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The run that is under way. */
  get run(): Run {
    return this.#run;
  }

  /** Gives a run up; one that is not under way any more is none of the present one's. */
  giveUp(run: Run): void {
    if (run === this.#run) this.#run = begin();
  }

  /** What is known of an integration. Where that has become too old, its run is given up, since all of it has. */
  entry(externalBusinessId: string): Entry | undefined {
    const entry = this.#entries.get(externalBusinessId);
    if (entry === undefined || this.#now() - entry.answeredAt <= lifetimeMs) {
      return entry;
    }
    this.#entries.delete(externalBusinessId);
    this.giveUp(entry.run);
    return undefined;
  }

  /** Takes in the page with which a run went on. */
  add({ items, bookmark }: IntegrationPage, run: Run): void {
    for (const record of items) {
      this.#keep(record, run);
    }
    if (bookmark === undefined || run.had.has(bookmark)) {
      run.ended = true;
    } else {
      run.had.add(bookmark);
      run.bookmark = bookmark;
    }
  }

  #keep(record: Integration, run: Run): void {
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
      record: isDouble ? undefined : record,
      answeredAt: this.#now(),
      run,
    });
  }
}

function begin(): Run {
  return { had: new Set(), ended: false };
}
