import type { PinterestClient } from "./client";
import type { Integration, IntegrationPage } from "./integration";

/** Largest page of Pinterest's list (API description 5.23.0: 1 to 250, 25 by default). */
export const largestPage = 250;

/**
 * Reads the pages of the list. Pages before the last one can also be short or empty. If integrations are added meanwhile, two pages can
 * contain the same integration.
 *
 * @throws Error if Pinterest returns the same bookmark twice, because the list would not end.
 */
export async function* pagesOf(
  client: PinterestClient,
  pageSize = largestPage,
): AsyncGenerator<IntegrationPage, void> {
  const bookmarks = new Set<string>();
  let bookmark: string | undefined;
  do {
    const page = await client.listIntegrations({ pageSize, bookmark });
    yield page;
    bookmark = page.bookmark;
    if (bookmark !== undefined && bookmarks.has(bookmark)) {
      throw new Error(
        "listing integrations failed: Pinterest returned the same bookmark twice. Run again later.",
      );
    }
    bookmarks.add(bookmark ?? "");
  } while (bookmark !== undefined);
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
  /** Called for each page with its number of integrations. */
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
  const seen = new Set<string>();
  for await (const page of pagesOf(client, pageSize)) {
    onPage(page.items.length);
    for (const item of page.items) {
      const key = listKey(item);
      if (!seen.has(key) && wanted(item)) {
        if (items.length === maxItems) return { items, truncated: true };
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
export function matches(filter: IntegrationFilter): (integration: Integration) => boolean {
  const names = equalNames.filter((name) => filter[name] !== undefined);
  const { externalBusinessIdPrefix: prefix } = filter;
  return (item) =>
    names.every((name) => item[name] === filter[name]) &&
    (prefix === undefined || item.externalBusinessId?.startsWith(prefix) === true);
}
