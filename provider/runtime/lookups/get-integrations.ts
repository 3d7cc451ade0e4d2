import type { Integration } from "../../api/integration";
import { listAll, matches } from "../../api/pages";
import { assertNames, assertWholeNumber } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Integrations to list. All filters must match. Pinterest's API has no filters, so the provider filters the list. */
export interface GetIntegrationsArgs {
  /** Only integrations connected to this merchant. */
  connectedMerchantId?: string;
  /** Only integrations connected to this advertiser. */
  connectedAdvertiserId?: string;
  /** Only integrations connected to this tag. */
  connectedTagId?: string;
  /** Only integrations whose external business ID starts with this prefix. */
  externalBusinessIdPrefix?: string;
  /**
   * Integrations per request, from 1 to 250.
   *
   * @default 250, which needs the fewest requests
   * @asType integer
   */
  pageSize?: number;
  /**
   * Maximum number of integrations to return, at least 1.
   *
   * @default all
   * @asType integer
   */
  maxItems?: number;
  /**
   * Whether to return partner tokens and e-mail, as secrets.
   *
   * @default false
   */
  includeSecrets?: boolean;
  /**
   * Account whose integrations are listed: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: string;
}

/** Result of a list. */
export interface Found {
  readonly integrations: ClearRecord[];
  readonly truncated: boolean;
}

/** Lists all integrations of an account, sorted by external business ID. */
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
      wanted: matches(args),
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
