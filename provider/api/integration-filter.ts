import type { Integration } from "./integration";

/** Which integrations of a list are wanted; what is given holds together. Pinterest's API has no filters of its own. */
export interface IntegrationFilter {
  readonly connectedMerchantId?: string | undefined;
  readonly connectedAdvertiserId?: string | undefined;
  readonly connectedTagId?: string | undefined;
  readonly externalBusinessIdPrefix?: string | undefined;
}

const equalNames = ["connectedMerchantId", "connectedAdvertiserId", "connectedTagId"] as const;

/** Whether an integration passes a filter. */
export function passes(filter: IntegrationFilter): (integration: Integration) => boolean {
  const names = equalNames.filter((name) => filter[name] !== undefined);
  const { externalBusinessIdPrefix: prefix } = filter;
  return (item) =>
    names.every((name) => item[name] === filter[name]) &&
    (prefix === undefined || item.externalBusinessId?.startsWith(prefix) === true);
}
