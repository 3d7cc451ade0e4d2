import type { CallOptions, PinterestClient } from "./client";
import type { Integration } from "./integration";

/** The largest page that Pinterest's list gives (its description: 1 to 250, default 25). */
export const largestPage = 250;

export interface ListAllOptions extends CallOptions {
  /** Integrations a page, 1 to 250; 250 when left out, which takes the fewest requests. */
  pageSize?: number;
  /** Stops after this many of the wanted integrations. */
  maxItems?: number;
  /** Which integrations to keep; all when left out. */
  wanted?: (integration: Integration) => boolean;
}

export interface ListAllResult {
  items: Integration[];
  /** Whether there may be more than `maxItems`. */
  truncated: boolean;
}

/**
 * Follows Pinterest's list to its end. A page may be short or empty before the end, and pages shift when integrations
 * are added meanwhile: each integration is returned once.
 *
 * @throws Error when Pinterest hands out the same bookmark twice, which would never end.
 */
export async function listAll(client: PinterestClient, options: ListAllOptions = {}): Promise<ListAllResult> {
  const {
    pageSize = largestPage,
    maxItems = Number.POSITIVE_INFINITY,
    wanted = () => true,
    ...call
  } = options;
  const items: Integration[] = [];
  const seen = new Set<string>();
  const bookmarks = new Set<string>();
  let bookmark: string | undefined;
  do {
    const page = await client.listIntegrations(
      { pageSize, ...(bookmark === undefined ? {} : { bookmark }) },
      call,
    );
    for (const item of page.items) {
      const key = item.integrationId ?? `external:${item.externalBusinessId}`;
      if (!seen.has(key) && wanted(item)) {
        if (items.length === maxItems) {
          return { items, truncated: true };
        }
        items.push(item);
      }
      seen.add(key);
    }
    bookmark = page.bookmark;
    if (bookmark !== undefined && bookmarks.has(bookmark)) {
      throw new Error(
        "listing integrations: Pinterest handed out the same bookmark twice; the list was given up",
      );
    }
    bookmarks.add(bookmark ?? "");
  } while (bookmark !== undefined);
  return { items, truncated: false };
}
