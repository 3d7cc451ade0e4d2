import * as pinterest from "pulumi-pinterest";

// One account for each merchant. One secret of the stack's configuration contains the tokens, as {"north": "pina_…", "south": "pina_…"}:
//   pulumi config set --secret pinterest:accounts < accounts.json
const merchants = {
  north: {
    connectedMerchantId: "1949483",
    connectedAdvertiserId: "549755885175",
    connectedTagId: "2613187432",
  },
  south: {
    connectedMerchantId: "1949484",
    connectedAdvertiserId: "549755885176",
    connectedTagId: "2613187433",
  },
};

const shops = Object.entries(merchants).map(
  ([account, connection]) =>
    new pinterest.CommerceIntegration(account, {
      externalBusinessId: `shop-${account}`,
      account,
      ...connection,
    }),
);

export const integrationIds = shops.map((shop) => shop.integrationId);
