import type { IntegrationPage } from "../api";
import type { Integration } from "../api/integration";

/**
 * How long a page's answer may be used, in milliseconds. Time in which further pages of its run are waited for does not count: the
 * first pages of a list that takes longer would be too old before the last one came, and the run would begin anew without end.
 */
export const lifetimeMs = 30_000;

/** One way through the pages, from the first one on. */
export interface Run {
  /** Where the next page begins; missing for the first page. */
  bookmark?: string;
  /** Whether there is no further page. */
  ended: boolean;
  /** The bookmarks had before; one that comes again would lead round in a circle. */
  readonly had: Set<string>;
  /** How long its pages were waited for, in milliseconds. */
  waitedMs: number;
  /** Since when a page is waited for; missing while none is. */
  askedAt?: number | undefined;
}

export interface Entry {
  /** Nothing where the list has two records of the id, which are no answer. */
  readonly record: Integration | undefined;
  /** By the time of its run, in milliseconds. */
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

  /** The next page of a run is asked for: until it is there, or the run is given up, none of its pages grows older. */
  asks(run: Run): void {
    run.askedAt = this.#now();
  }

  /** Gives a run up; one that is not under way any more is none of the present one's. */
  giveUp(run: Run): void {
    run.askedAt = undefined;
    if (run === this.#run) this.#run = begin();
  }

  /** What is known of an integration. Where that has become too old, its run is given up, since all of it has. */
  entry(externalBusinessId: string): Entry | undefined {
    const entry = this.#entries.get(externalBusinessId);
    if (entry === undefined || this.#timeOf(entry.run) - entry.answeredAt <= lifetimeMs) {
      return entry;
    }
    this.#entries.delete(externalBusinessId);
    this.giveUp(entry.run);
    return undefined;
  }

  /** Takes in the page with which a run went on. */
  add({ items, bookmark }: IntegrationPage, run: Run): void {
    if (run.askedAt !== undefined) run.waitedMs += this.#now() - run.askedAt;
    run.askedAt = undefined;
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

  /** Milliseconds since 1970, without those in which the run's pages were waited for. */
  #timeOf({ askedAt, waitedMs }: Run): number {
    return (askedAt ?? this.#now()) - waitedMs;
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
      answeredAt: this.#timeOf(run),
      run,
    });
  }
}

function begin(): Run {
  return { had: new Set(), ended: false, waitedMs: 0 };
}
