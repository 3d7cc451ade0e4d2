/** How the integrations of a simulation are spread: the same number for each account. */
export interface Spread {
  readonly accounts: number;
  readonly integrationsEach: number;
}

/** The first integration and every one so many after it was changed behind the program's back. */
export const driftEvery = 1000;

const writtenAt = Date.parse("2025-11-01T00:00:00Z");

/** The account, by its number from 0. */
export const accountName = (account: number): string => `merchant-${account}`;

/** The access token of a named account. */
export const tokenOf = (name: string): string => `pina_${name}`;

/** The external business id of an integration; its number counts those of all accounts, account by account, from 0. */
export const externalId = (index: number): string => `shop-${index}`;

/** The tag that the program has given to an integration. */
export const tagOf = (index: number): string => String(2_600_000_000_000 + index);

/** An integration as Pinterest answers it. */
export function recordOf(index: number): Record<string, unknown> {
  const drifted = index % driftEvery === 0;
  return {
    id: idOf(index),
    external_business_id: externalId(index),
    connected_user_id: "549755885175",
    connected_merchant_id: merchantOf(index),
    connected_advertiser_id: advertiserOf(index),
    connected_tag_id: drifted ? "2999999999999" : tagOf(index),
    connected_lba_id: null,
    partner_metadata: metadataOf(index),
    scopes: null,
    created_time: writtenAt,
    updated_time: writtenAt,
  };
}

/** What state knows of an integration since the program's last update: the outputs that a refresh hands to the product. */
export function stateOf(index: number, { integrationsEach }: Spread): Record<string, unknown> {
  return {
    externalBusinessId: externalId(index),
    connectedMerchantId: merchantOf(index),
    connectedAdvertiserId: advertiserOf(index),
    connectedTagId: tagOf(index),
    partnerMetadata: metadataOf(index),
    account: accountName(Math.floor(index / integrationsEach)),
    integrationId: idOf(index),
    connectedUserId: "549755885175",
    createdTimestamp: writtenAt,
    updatedTimestamp: writtenAt,
    // Merchant, advertiser, tag and metadata are the program's.
    __managed: "matd",
  };
}

const idOf = (index: number): string => String(4_300_000_000_000_000_000n + BigInt(index));
const merchantOf = (index: number): string => String(3_000_000_000_000 + index);
const advertiserOf = (index: number): string => String(549_760_000_000 + index);
const metadataOf = (index: number): string => `{"plan":"pro","shop":"${index}","version":"1.4.2"}`;
