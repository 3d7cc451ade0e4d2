import * as pulumi from "@pulumi/pulumi";
import { packageName } from "../../plugin/tokens";
import { dynamicPackage } from "../provider";
import type { ProviderArgs } from "../provider-args";
import { ProviderBase } from "../provider-base";

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
    const options = pulumi.mergeOptions(opts, { aliases: [{ type: `pulumi:providers:${dynamicPackage}` }] });
    super({ packageName, propertyName: (key) => key }, name, args, options);
  }
}
