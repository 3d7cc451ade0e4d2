import * as pinterest from "pulumi-pinterest/native";

const version = "2027-01-31";

new pinterest.IntegrationLog("deployed", {
  eventType: "APP",
  logLevel: "INFO",
  message: "catalog feed deployed",
  externalBusinessId: "my-shop-1",
  // Sent again if this changes.
  triggers: [version],
});
