import * as pinterest from "pulumi-pinterest";

/** Declares a shop with the company's rules: the ID begins with the country, and every country except one needs a tag. */
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
