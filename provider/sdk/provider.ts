import type * as pulumi from "@pulumi/pulumi";
import { fullKey } from "../config/keys";
import type { ProviderArgs } from "./provider-args";
import { ProviderBase } from "./provider-base";

/** The package whose provider runs dynamic resources. */
export const dynamicPackage = "pulumi-nodejs";

/**
 * An explicit provider: another Pinterest account in the same stack, with a process of its own.
 *
 * ```typescript
 * const shopA = new pinterest.Provider("shop-a", { accessToken: config.requireSecret("shopAToken") });
 * new pinterest.CommerceIntegration("a", { externalBusinessId: "shop-a" }, { provider: shopA });
 * ```
 *
 * State contains its configuration, so that `pulumi refresh` and `pulumi destroy` find it without the program. For more than a few accounts,
 * use `pinterest:accounts` and the `account` argument, which need one process in total.
 */
export class Provider extends ProviderBase {
  /**
   * @param name Name of the provider. Its resources record the name, so that a preview shows a move to another provider.
   * @param args Configuration of the provider.
   */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super({ packageName: dynamicPackage, propertyName: fullKey }, name, args, opts);
  }
}
