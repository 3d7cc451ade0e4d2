import type { PinterestClient } from "./client";
import type { CallOptions } from "./client-options";
import type { Integration, IntegrationPage } from "./integration";

/** The largest page that Pinterest's list gives (its description: 1 to 250, default 25). */
export const largestPage = 250;

export interface PagesOptions extends CallOptions {
  /** Integrations a page, 1 to 250; 250 when left out, which takes the fewest requests. */
  pageSize?: number;
}

/**
 * Follows Pinterest's list to its end, page by page. A page may be short or empty before the end, and pages shift when
 * integrations are added meanwhile, so that the same integration may come twice.
 *
 * @throws Error when Pinterest hands out the same bookmark twice, which would never end.
 */
export async function* pagesOf(
  client: PinterestClient,
  { pageSize = largestPage, ...call }: PagesOptions = {},
): AsyncGenerator<IntegrationPage, void> {
  const bookmarks = new Set<string>();
  let bookmark: string | undefined;
  do {
    const page = await client.listIntegrations(
      { pageSize, ...(bookmark === undefined ? {} : { bookmark }) },
      call,
    );
    yield page;
    bookmark = page.bookmark;
    if (bookmark !== undefined && bookmarks.has(bookmark)) {
      throw new Error(
        "listing integrations: Pinterest handed out the same bookmark twice; the list was given up",
      );
    }
    bookmarks.add(bookmark ?? "");
  } while (bookmark !== undefined);
}

/** What tells one integration of a list from another. */
export function listKey({ integrationId, externalBusinessId }: Integration): string {
  return integrationId ?? `external:${externalBusinessId}`;
}

export interface ListAllOptions extends PagesOptions {
  /** Stops after this many of the wanted integrations. */
  maxItems?: number;
  /** Which integrations to keep; all when left out. */
  wanted?: (integration: Integration) => boolean;
  /** Is called for every page, with its number of integrations. */
  onPage?: (integrations: number) => void;
}

export interface ListAllResult {
  items: Integration[];
  /** Whether there may be more than `maxItems`. */
  truncated: boolean;
}

/**
 * Lists an account's integrations to the end, each once.
 *
 * @throws Error as {@link pagesOf} does.
 */
export async function listAll(client: PinterestClient, options: ListAllOptions = {}): Promise<ListAllResult> {
  const { maxItems = Number.POSITIVE_INFINITY, wanted = () => true, onPage = () => {}, ...pages } = options;
  const items: Integration[] = [];
  const seen = new Set<string>();
  for await (const page of pagesOf(client, pages)) {
    onPage(page.items.length);
    for (const item of page.items) {
      const key = listKey(item);
      if (!seen.has(key) && wanted(item)) {
        if (items.length === maxItems) {
          return { items, truncated: true };
        }
        items.push(item);
      }
      seen.add(key);
    }
  }
  return { items, truncated: false };
}

/** Properties of the integrations to select, all of which must match. Pinterest's API cannot filter. */
export interface IntegrationFilter {
  readonly connectedMerchantId?: string | undefined;
  readonly connectedAdvertiserId?: string | undefined;
  readonly connectedTagId?: string | undefined;
  readonly externalBusinessIdPrefix?: string | undefined;
}

const equalNames = ["connectedMerchantId", "connectedAdvertiserId", "connectedTagId"] as const;

/** Whether an integration matches a filter. */
export function passes(filter: IntegrationFilter): (integration: Integration) => boolean {
  const names = equalNames.filter((name) => filter[name] !== undefined);
  const { externalBusinessIdPrefix: prefix } = filter;
  return (item) =>
    names.every((name) => item[name] === filter[name]) &&
    (prefix === undefined || item.externalBusinessId?.startsWith(prefix) === true);
}
