import { type AccountSource, type Clients, type Configuration, sourceOf } from "../../configuration";
import { type Integration, PinterestApiError, PinterestTooLateError } from "../../pinterest";
import { accountInWords } from "../../pinterest/credentials/notices";
import { inParallel } from "../../pinterest/in-parallel";
import { pagesOf } from "../../pinterest/pages";
import type { Access } from "../../stacks/access";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import type { ListingJournal } from "./journal";

/** What an account holds, or why that is not known. */
export type ListedAccount = { readonly account: string | undefined } & (
  | { readonly integrations: readonly Integration[]; readonly error?: undefined }
  | { readonly integrations?: undefined; readonly error: unknown }
);

/** How many accounts are asked at the same time. */
const accountsAtOnce = 8;

/** A bookmark that Pinterest takes no more is a fault of what was asked, not of the account or the moment. */
const refusedBookmarkStatuses: ReadonlySet<number> = new Set([400, 404, 410, 422]);

/** Lists all integrations of accounts, page by page, from where a journal has come to. An account that fails holds up no other. */
export class Listing {
  readonly #clients: Clients;
  readonly #configuration: Configuration;
  #integrations = 0;
  #asked = 0;
  #ended = 0;

  constructor(
    { clients, configuration }: Access,
    private readonly journal: ListingJournal,
    private readonly terminal: Pick<Terminal, "note" | "progress">,
    private readonly now: () => number = Date.now,
  ) {
    this.#clients = clients;
    this.#configuration = configuration;
  }

  async list(accounts: readonly (string | undefined)[]): Promise<ListedAccount[]> {
    this.#asked = accounts.length;
    // Named together, a command is asked for their tokens once.
    for (const account of accounts) {
      if (account !== undefined) this.#clients.expect(account);
    }
    const listed = await inParallel(accounts, accountsAtOnce, async (account): Promise<ListedAccount> => {
      try {
        return { account, integrations: await this.#listAccount(account) };
      } catch (error) {
        this.#keepUntilThen(error);
        return { account, error };
      } finally {
        this.#ended += 1;
        this.#tell();
      }
    });
    if (this.journal.listed.accounts + this.journal.listed.integrations === 0) this.journal.remove();
    return listed;
  }

  async #listAccount(account: string | undefined): Promise<readonly Integration[]> {
    const source = sourceOf(this.#configuration, account);
    const { bookmark, ended, items } = this.journal.known(account, source);
    this.#integrations += items.length;
    if (ended) return items;
    try {
      return await this.#listFrom(bookmark, account, source);
    } catch (error) {
      const { bookmark: latest } = this.journal.known(account, source);
      if (bookmark === undefined || latest !== bookmark || !isRefusedBookmark(error)) throw error;
      this.terminal.note(
        `${accountInWords(account)}: Pinterest takes the bookmark of the interrupted listing no more; its list is begun anew`,
      );
      this.#integrations -= items.length;
      return this.#listFrom(undefined, account, source);
    }
  }

  async #listFrom(
    bookmark: string | undefined,
    account: string | undefined,
    source: AccountSource,
  ): Promise<readonly Integration[]> {
    let from = bookmark;
    let items: readonly Integration[] = [];
    const options = from === undefined ? {} : { bookmark: from };
    for await (const page of pagesOf(this.#clients.client(account), options)) {
      items = this.journal.add(account, source, from, page).items;
      from = page.bookmark;
      this.#integrations += page.items.length;
      this.#tell();
    }
    return items;
  }

  #tell(): void {
    const accounts = `${this.#ended} of ${counted(this.#asked, "account")}`;
    this.terminal.progress(`listing: ${accounts}, ${counted(this.#integrations, "integration")}`);
  }

  /** A limit of a day is longer than a journal is kept otherwise. */
  #keepUntilThen(error: unknown): void {
    if (error instanceof PinterestTooLateError) this.journal.limited(error.availableAt);
    if (error instanceof PinterestApiError && error.status === 429) {
      this.journal.limited(this.now() + (error.retryAfterMs ?? 0));
    }
  }
}

function isRefusedBookmark(error: unknown): boolean {
  return error instanceof PinterestApiError && refusedBookmarkStatuses.has(error.status);
}
