import type * as pulumi from "@pulumi/pulumi";
import type { Integration } from "../pinterest/integration";
import { passes } from "../pinterest/integration-filter";
import { type ListAllOptions, listAll } from "../pinterest/pages";
import { assertNames, assertWholeNumber } from "./arguments";
import { withClient } from "./client";
import { type IntegrationRecord, toRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

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

export interface GetIntegrationsResult {
  /** The integrations, by external business id. */
  integrations: IntegrationRecord[];
  /** Whether there are more than `maxItems`. */
  truncated: boolean;
}

/**
 * Lists the integrations of an account, to the end. Runs at every preview and update; nothing of it is kept in state.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses.
 */
export async function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  const listing = listingOf(args);
  const { items, truncated } = await withClient("getIntegrations", args.account, opts, (client) =>
    listAll(client, listing),
  );
  const order = (left: Integration, right: Integration) => (sortKey(left) < sortKey(right) ? -1 : 1);
  const integrations = items.sort(order).map((item) => toRecord(item, args.includeSecrets === true));
  return { integrations, truncated };
}

/** The arguments of {@link getIntegrationsOutput}: those of {@link getIntegrations}, each possibly an output. */
export type GetIntegrationsOutputArgs = InputsOf<GetIntegrationsArgs>;

/**
 * Like {@link getIntegrations}, for arguments that are outputs of resources. With `includeSecrets` the whole result is
 * secret. Unknown while an argument or the provider's token is; with `dependsOn` it runs after those resources.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return outputForm("getIntegrations", getIntegrations, args, opts);
}

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

function listingOf(args: GetIntegrationsArgs): ListAllOptions {
  assertNames("getIntegrations", args, argumentNames);
  const { pageSize, maxItems } = args;
  assertWholeNumber("getIntegrations", "pageSize", pageSize, 1, 250);
  assertWholeNumber("getIntegrations", "maxItems", maxItems, 1, Number.MAX_SAFE_INTEGER);
  return {
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(maxItems === undefined ? {} : { maxItems }),
    wanted: passes(args),
  };
}

function sortKey(item: Integration): string {
  return `${item.externalBusinessId ?? ""}\u0000${item.integrationId ?? ""}`;
}
