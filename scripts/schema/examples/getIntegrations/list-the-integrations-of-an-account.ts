import * as pinterest from "pulumi-pinterest/native";

const german = pinterest.getIntegrationsOutput({ externalBusinessIdPrefix: "de-", maxItems: 100 });

export const ids = german.integrations.apply((found) => found.map((shop) => shop.externalBusinessId));
