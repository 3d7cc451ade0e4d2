import * as pinterest from "pulumi-pinterest/native";

const version = "2027-01-31";

new pinterest.IntegrationLog("deployed", {
  eventType: "APP",
  logLevel: "INFO",
  message: "catalogue feed deployed",
  externalBusinessId: "my-shop-1",
  // Recorded again whenever this changes.
  triggers: [version],
});
