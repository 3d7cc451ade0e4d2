import type { PinterestClient } from "./client";
import type { Integration, IntegrationPage } from "./integration";

/** Largest page of Pinterest's list (API description 5.23.0: 1 to 250, 25 by default). */
export const largestPage = 250;

/**
 * Limit for pages in a row without a new integration. Pages before the last one can be empty, but a list that goes on like this would not end. With
 * Trial access, these are a tenth of a day's requests (https://developers.pinterest.com/docs/reference/rate-limits/).
 */
const maxPagesWithoutNew = 100;

/**
 * Reads the pages of the list, with each integration once: if integrations are added meanwhile, Pinterest can return one on two pages. Pages before
 * the last one can also be short or empty.
 *
 * @param bookmark the bookmark of the previous page. @default the first page
 * @throws Error if the list does not end: a bookmark repeats, or {@link maxPagesWithoutNew} pages in a row contain nothing new.
 */
export async function* pagesOf(
  client: PinterestClient,
  pageSize = largestPage,
  bookmark?: string,
): AsyncGenerator<IntegrationPage, void> {
  const bookmarks = new Set([bookmark]);
  const seen = new Set<string>();
  const isNew = (item: Integration) => {
    const { size } = seen;
    return seen.add(listKey(item)).size > size;
  };
  let pagesWithoutNew = 0;
  let next = bookmark;
  do {
    const page = await client.listIntegrations({ pageSize, bookmark: next });
    const items = page.items.filter(isNew);
    next = page.bookmark;
    if (next !== undefined && bookmarks.has(next)) throw endlessList("returned the same bookmark twice");
    yield { ...page, items };
    bookmarks.add(next);
    pagesWithoutNew = items.length === 0 ? pagesWithoutNew + 1 : 0;
    if (next !== undefined && pagesWithoutNew === maxPagesWithoutNew)
      throw endlessList(`returned ${maxPagesWithoutNew} pages in a row without a new integration`);
  } while (next !== undefined);
}

function endlessList(reason: string): Error {
  return new Error(`listing integrations failed: Pinterest ${reason}. Run again later.`);
}

/** Identifies an integration in a list. */
export function listKey({ integrationId, externalBusinessId }: Integration): string {
  return integrationId ?? `external:${externalBusinessId}`;
}

interface ListAllOptions {
  /** Integrations per page, 1 to 250. @default 250, for the fewest requests */
  pageSize?: number | undefined;
  /** Limit for the returned integrations. @default no limit */
  maxItems?: number | undefined;
  /** Selects integrations. @default all */
  wanted?: (integration: Integration) => boolean;
  /** Called for each page with its number of new integrations. */
  onPage?: (integrations: number) => void;
}

/** Lists an account's integrations, each once. @throws Error like {@link pagesOf}. */
export async function listAll(
  client: PinterestClient,
  {
    pageSize = largestPage,
    maxItems = Number.POSITIVE_INFINITY,
    wanted = () => true,
    onPage = () => {},
  }: ListAllOptions = {},
): Promise<{ items: Integration[] /** Whether there may be more than `maxItems`. */; truncated: boolean }> {
  const items: Integration[] = [];
  for await (const page of pagesOf(client, pageSize)) {
    onPage(page.items.length);
    for (const item of page.items) {
      if (!wanted(item)) continue;
      if (items.length === maxItems) return { items, truncated: true };
      items.push(item);
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

export function matches(filter: IntegrationFilter): (integration: Integration) => boolean {
  const names = equalNames.filter((name) => filter[name] !== undefined);
  const { externalBusinessIdPrefix: prefix } = filter;
  return (item) =>
    names.every((name) => item[name] === filter[name]) &&
    (prefix === undefined || item.externalBusinessId?.startsWith(prefix) === true);
}
