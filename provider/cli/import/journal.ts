import { createHmac, randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AccountSource } from "../../configuration";
import type { Integration, IntegrationPage } from "../../pinterest";
import { assertPrivate, replaceFile } from "../../pinterest/credentials/private-file";

/** How long a page that was listed may be used, in milliseconds. */
export const journalLifetimeMs = 3_600_000;

/** What a journal is good for: another address, or secrets that were left out, make another. */
export interface JournalScope {
  readonly apiUrl: string;
  /** Whether partner tokens and e-mail are kept. */
  readonly secrets: boolean;
}

/** How far the listing of an account has come. */
export interface ListedSoFar {
  readonly items: readonly Integration[];
  /** Where the next page begins; missing before the first page, and after the last. */
  readonly bookmark?: string | undefined;
  readonly ended: boolean;
}

/** Why the pages of an earlier run are not used. */
export type Unused = "old" | "other" | "unreadable";

interface Header extends JournalScope {
  readonly journal: 1;
  readonly salt: string;
  readonly at: number;
}

interface PageLine {
  readonly account: string | null;
  /** Tells whether the account's credentials are the same as before, without telling what they are. */
  readonly source: string;
  readonly from?: string;
  readonly next?: string;
  readonly at: number;
  readonly items: readonly Integration[];
}

/** Until when a rate limit keeps the listing from going on: so long at least, the pages are worth keeping. */
interface LimitLine {
  readonly limitedUntil: number;
  readonly at: number;
}

const nothing: ListedSoFar = { items: [], ended: false };

/**
 * The pages that were listed, written down one a line as they come, so that a run that is cut off, in whatever way, need not begin
 * again. Holds what Pinterest shows, secrets included; readable for its owner only.
 */
export class ListingJournal {
  readonly #accounts = new Map<string | null, { source: string; soFar: ListedSoFar }>();

  private constructor(
    private readonly path: string,
    private readonly scope: JournalScope,
    private readonly now: () => number,
    private readonly salt: string,
    /** Why the pages of an earlier run, of which there are some, are not used. */
    readonly unused?: Unused,
  ) {}

  /** Where the journal of an import file is: beside it. */
  static pathBeside(file: string): string {
    return join(dirname(file), ".pinterest-import-journal.jsonl");
  }

  /**
   * Takes up the journal of a run that was cut off, or begins one.
   *
   * @param restart forgets an earlier one.
   */
  static open(
    path: string,
    scope: JournalScope,
    { restart = false, now = Date.now }: { restart?: boolean; now?: () => number } = {},
  ): ListingJournal {
    const lines = restart ? undefined : linesOf(path);
    const [header, ...rest] = lines ?? [];
    const unused = lines === undefined ? undefined : whyUnused(header, rest, scope, now());
    if (lines === undefined || unused !== undefined) {
      const salt = randomUUID();
      const first: Header = { journal: 1, ...scope, salt, at: now() };
      replaceFile(path, `${JSON.stringify(first)}\n`);
      return new ListingJournal(path, scope, now, salt, unused);
    }
    const journal = new ListingJournal(path, scope, now, (header as Header).salt);
    for (const line of rest) {
      if (isPage(line)) journal.#take(line);
    }
    return journal;
  }

  /** How many accounts were listed to the end, and how many integrations in all. */
  get listed(): { accounts: number; integrations: number } {
    const all = [...this.#accounts.values()].map(({ soFar }) => soFar);
    return {
      accounts: all.filter(({ ended }) => ended).length,
      integrations: all.reduce((sum, { items }) => sum + items.length, 0),
    };
  }

  /** What is known of an account; nothing where its credentials have changed. */
  known(account: string | undefined, source: AccountSource): ListedSoFar {
    const entry = this.#accounts.get(account ?? null);
    return entry === undefined || entry.source !== this.#fingerprint(source) ? nothing : entry.soFar;
  }

  /** Writes a page down. One that begins at the beginning ends what was known of the account. */
  add(
    account: string | undefined,
    source: AccountSource,
    from: string | undefined,
    { items, bookmark }: IntegrationPage,
  ): ListedSoFar {
    const line: PageLine = {
      account: account ?? null,
      source: this.#fingerprint(source),
      ...(from === undefined ? {} : { from }),
      ...(bookmark === undefined ? {} : { next: bookmark }),
      at: this.now(),
      items: this.scope.secrets ? items : items.map(withoutSecrets),
    };
    this.#append(line);
    this.#take(line);
    return this.known(account, source);
  }

  /** Keeps the journal good until a rate limit has room again. */
  limited(until: number): void {
    this.#append({ limitedUntil: until, at: this.now() } satisfies LimitLine);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }

  #append(line: PageLine | LimitLine): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }

  #take({ account, source, from, next, items }: PageLine): void {
    const before = from === undefined ? nothing : (this.#accounts.get(account)?.soFar ?? nothing);
    // Two runs at the same time would each write pages; those that do not follow are the other's.
    if (before.bookmark !== from) return;
    this.#accounts.set(account, {
      source,
      soFar: { items: [...before.items, ...items], bookmark: next, ended: next === undefined },
    });
  }

  #fingerprint(source: AccountSource): string {
    return createHmac("sha256", this.salt).update(JSON.stringify(source)).digest("base64url");
  }
}

function withoutSecrets({
  partnerAccessToken: _token,
  partnerRefreshToken: _refresh,
  partnerPrimaryEmail: _email,
  ...shown
}: Integration): Integration {
  return shown;
}

/** The lines of a journal; the last one may have been cut off, and is then taken out of the file. Nothing where there is none. */
function linesOf(path: string): unknown[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    assertPrivate(path);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    return whole
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return [];
  }
}

function whyUnused(
  header: unknown,
  lines: readonly unknown[],
  scope: JournalScope,
  now: number,
): Unused | undefined {
  if (!isHeader(header) || !lines.every((line) => isPage(line) || isLimit(line))) return "unreadable";
  if (header.apiUrl !== scope.apiUrl || header.secrets !== scope.secrets) return "other";
  const latest = Math.max(
    header.at,
    ...lines.map((line) => (isLimit(line) ? Math.max(line.at, line.limitedUntil) : (line as PageLine).at)),
  );
  return now - latest > journalLifetimeMs ? "old" : undefined;
}

function isHeader(line: unknown): line is Header {
  return (line as Partial<Header> | null)?.journal === 1 && typeof (line as Header).salt === "string";
}

function isPage(line: unknown): line is PageLine {
  const { items, source, at } = (line ?? {}) as Partial<PageLine>;
  return Array.isArray(items) && typeof source === "string" && typeof at === "number";
}

function isLimit(line: unknown): line is LimitLine {
  return typeof (line as Partial<LimitLine> | null)?.limitedUntil === "number";
}
