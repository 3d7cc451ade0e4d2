import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest/native";

const config = new pulumi.Config();

const merchants = new pinterest.Provider("merchants", {
  accounts: {
    north: config.requireSecret("northToken"),
    south: config.requireSecret("southToken"),
  },
  requestsPerMinute: 100,
  whenUnreachable: "keep",
});

new pinterest.CommerceIntegration(
  "shop",
  { externalBusinessId: "shop-south", account: "south" },
  { provider: merchants },
);
