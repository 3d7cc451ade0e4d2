import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest";

// pulumi config set --secret northToken
// pulumi config set --secret southToken
const config = new pulumi.Config();
const north = new pinterest.Provider("north", { accessToken: config.requireSecret("northToken") });
const south = new pinterest.Provider("south", { accessToken: config.requireSecret("southToken") });

const northShop = new pinterest.CommerceIntegration(
  "north-shop",
  { externalBusinessId: "shop-north", connectedAdvertiserId: "549755885175" },
  { provider: north },
);
const southShop = new pinterest.CommerceIntegration(
  "south-shop",
  { externalBusinessId: "shop-south", connectedAdvertiserId: "549755885176" },
  { provider: south },
);

// List all integrations of the account "north".
const listed = pinterest.getIntegrationsOutput({}, { provider: north, dependsOn: [northShop] });

export const owners = [northShop.connectedUserId, southShop.connectedUserId];
export const northern = listed.integrations.apply((found) =>
  found.map((integration) => integration.externalBusinessId),
);
