import * as pinterest from "pulumi-pinterest";

/** The house rules for a shop: an id that begins with the country, and a tag in every country but one. */
export function declareShop(country: string, connection: { advertiser: string; tag?: string }) {
  if (connection.tag === undefined && country !== "de") {
    throw new Error(`the shop of ${country} needs a tag`);
  }
  return new pinterest.CommerceIntegration(`shop-${country}`, {
    externalBusinessId: `${country}-shop`,
    connectedAdvertiserId: connection.advertiser,
    connectedTagId: connection.tag,
  });
}
