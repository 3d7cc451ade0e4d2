import * as pulumi from "@pulumi/pulumi";
import {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  fullKey,
} from "../configuration/keys";
import type { ProviderArgs } from "./provider-args";
import { stackConfiguration } from "./stack-configuration";

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
export class Provider extends pulumi.ProviderResource {
  /** @internal The configuration as given, for functions, which run in the program. */
  readonly configuration: pulumi.Output<{ [K in ConfigurationKey]?: string }>;
  /** @internal */
  readonly providerName: string;

  /**
   * @param name The provider's name; resources of this provider keep it, so that moving one shows in a preview.
   * @param args Its configuration.
   */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const unknownKey = Object.keys(args).find((key) => !Object.hasOwn(configurationKeys, key));
    if (unknownKey !== undefined) {
      throw new pulumi.RunError(
        `pinterest.Provider '${name}': \`${unknownKey}\` is no argument; allowed are: ${configurationKeyNames.join(", ")}`,
      );
    }
    // A provider process sees no stack configuration but its own properties, so all of it is passed on.
    const values = configurationKeyNames.flatMap(
      (key): [ConfigurationKey, pulumi.Output<string | undefined>][] => {
        const fallback = stackConfiguration(key);
        const value = args[key] === undefined ? fallback : text(args[key], fallback);
        return value === undefined
          ? []
          : [[key, configurationKeys[key].secret ? pulumi.secret(value) : pulumi.output(value)]];
      },
    );
    super(
      dynamicPackage,
      name,
      Object.fromEntries(values.map(([key, value]) => [fullKey(key), value])),
      opts,
    );
    this.configuration = pulumi.output(
      Object.fromEntries(values) as { [K in ConfigurationKey]?: pulumi.Output<string> },
    );
    this.providerName = name;
  }
}

/** Provider properties are texts; the engine refuses anything else for the dynamic package. */
function text(value: pulumi.Input<unknown>, fallback: string | undefined): pulumi.Output<string | undefined> {
  return pulumi.output(value as pulumi.Input<object>).apply((known: unknown) => {
    if (known === undefined || known === null) {
      return fallback;
    }
    return typeof known === "object" ? JSON.stringify(known) : String(known);
  });
}
