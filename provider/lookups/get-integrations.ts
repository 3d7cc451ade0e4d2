import type { Integration } from "../pinterest/integration";
import { passes } from "../pinterest/integration-filter";
import { listAll } from "../pinterest/pages";
import { assertNames, assertWholeNumber } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Which integrations to list, and how. Filters are applied together; Pinterest's API has none of its own. */
export interface GetIntegrationsArgs {
  /** Only integrations connected to this merchant. */
  connectedMerchantId?: string;
  /** Only integrations connected to this advertiser. */
  connectedAdvertiserId?: string;
  /** Only integrations connected to this tag. */
  connectedTagId?: string;
  /** Only integrations whose external business id begins so. */
  externalBusinessIdPrefix?: string;
  /**
   * Integrations asked for at once: 1 to 250; 250 by default, which takes the fewest requests.
   *
   * @asType integer
   */
  pageSize?: number;
  /**
   * At most so many integrations are returned; all by default.
   *
   * @asType integer
   */
  maxItems?: number;
  /** Whether to return partner tokens and e-mail, as secrets; false by default. */
  includeSecrets?: boolean;
  /** The account whose integrations are listed: a name in `pinterest:accounts`; the default account when left out. */
  account?: string;
}

/** What a list comes to. */
export interface Found {
  readonly integrations: ClearRecord[];
  readonly truncated: boolean;
}

/** Lists an account's integrations, to the end, sorted by external business id. */
export const getIntegrations: Lookup<GetIntegrationsArgs, Found> = {
  name: "getIntegrations",
  check(args) {
    assertNames("getIntegrations", args, argumentNames);
    assertWholeNumber("getIntegrations", "pageSize", args.pageSize, 1, 250);
    assertWholeNumber("getIntegrations", "maxItems", args.maxItems, 1, Number.MAX_SAFE_INTEGER);
  },
  async call(client, args) {
    const { pageSize, maxItems } = args;
    const { items, truncated } = await listAll(client, {
      ...(pageSize === undefined ? {} : { pageSize }),
      ...(maxItems === undefined ? {} : { maxItems }),
      wanted: passes(args),
    });
    const sorted = items.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
    return { integrations: sorted.map((item) => recordOf(item, args.includeSecrets)), truncated };
  },
};

const argumentNames: Record<keyof GetIntegrationsArgs, true> = {
  connectedMerchantId: true,
  connectedAdvertiserId: true,
  connectedTagId: true,
  externalBusinessIdPrefix: true,
  pageSize: true,
  maxItems: true,
  includeSecrets: true,
  account: true,
};

function sortKey(item: Integration): string {
  return `${item.externalBusinessId ?? ""}\u0000${item.integrationId ?? ""}`;
}
