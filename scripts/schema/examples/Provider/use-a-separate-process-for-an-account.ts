import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest/native";

const config = new pulumi.Config();

const north = new pinterest.Provider("north", { accessToken: config.requireSecret("northToken") });

new pinterest.CommerceIntegration("shop", { externalBusinessId: "shop-north" }, { provider: north });
