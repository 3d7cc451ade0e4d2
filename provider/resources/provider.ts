import type * as pulumi from "@pulumi/pulumi";
import { fullKey } from "../configuration/keys";
import type { ProviderArgs } from "./provider-args";
import { ProviderBase } from "./provider-base";

/** The package whose provider runs dynamic resources. */
export const dynamicPackage = "pulumi-nodejs";

/**
 * An explicit provider: another Pinterest account beside the stack's own, with a process of its own.
 *
 * ```typescript
 * const shopA = new pinterest.Provider("shop-a", { accessToken: config.requireSecret("shopAToken") });
 * new pinterest.CommerceIntegration("a", { externalBusinessId: "shop-a" }, { provider: shopA });
 * ```
 *
 * Refresh and destroy find it again in state, without the program. For more than a few accounts use
 * `pinterest:accounts` and the `account` argument instead, which need one process in all.
 */
export class Provider extends ProviderBase {
  /**
   * @param name The provider's name; resources of this provider keep it, so that moving one shows in a preview.
   * @param args Its configuration.
   */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super({ packageName: dynamicPackage, propertyName: fullKey }, name, args, opts);
  }
}
