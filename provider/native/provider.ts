import * as pulumi from "@pulumi/pulumi";
import { packageName } from "../plugin/tokens";
import { dynamicPackage } from "../resources/provider";
import type { ProviderArgs } from "../resources/provider-args";
import { ProviderBase } from "../resources/provider-base";

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
    const options = pulumi.mergeOptions(opts, { aliases: [{ type: `pulumi:providers:${dynamicPackage}` }] });
    super({ packageName, propertyName: (key) => key }, name, args, options);
  }
}
