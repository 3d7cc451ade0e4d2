import * as pinterest from "pulumi-pinterest/native";

const all = pinterest.getIntegrationsOutput();

export const ids = all.integrations.apply((found) => found.map((shop) => shop.externalBusinessId));
