import * as pulumi from "@pulumi/pulumi";
import { problemWithUnknown } from "../api/message-text";
import {
  type ConfigurationKey,
  type ConfigurationKeys,
  configurationKeyNames,
  fullKey,
  isConfigurationKey,
  rowOf,
  type ValueOf,
} from "../config";
import { stackConfiguration } from "./program-checks";

/** Access token of a named account. */
export interface AccountAccessToken {
  /** Access token, a secret. */
  accessToken: pulumi.Input<string>;
  /** When it expires: an ISO date, or milliseconds since 1970. A preview warns about tokens that expire within seven days. */
  expiresAt?: pulumi.Input<string | number | undefined>;
}

/** Refresh token of a named account. */
export interface AccountRefreshToken {
  /** Refresh token, a secret. */
  refreshToken: pulumi.Input<string>;
  /**
   * ID of the app that the refresh token belongs to.
   *
   * @default the provider's `appId`
   */
  appId?: pulumi.Input<string | undefined>;
  /**
   * Secret of that app.
   *
   * @default the provider's `appSecret`
   */
  appSecret?: pulumi.Input<string | undefined>;
}

type ArgumentOf<Row> = Row extends { kind: "accounts" }
  ? { [name: string]: pulumi.Input<string | AccountAccessToken | AccountRefreshToken> }
  : Row extends { kind: "command" }
    ? string | pulumi.Input<string>[]
    : ValueOf<Row>;

/** An argument for each configuration key, with the comment of the key. */
type KeyArguments = {
  -readonly [Key in keyof ConfigurationKeys]?: pulumi.Input<ArgumentOf<ConfigurationKeys[Key]> | undefined>;
};

/** Configuration of an explicit provider. Arguments that you omit come from the stack's configuration, or else from the environment. */
export interface ProviderArgs extends KeyArguments {}

/** The package whose provider runs dynamic resources. */
export const dynamicPackage = "pulumi-nodejs";

/** Common base of the explicit providers of the dynamic provider and of the plugin. */
export abstract class ProviderBase extends pulumi.ProviderResource {
  /** @internal The configuration for functions, which run in the program. */
  readonly configuration: pulumi.Output<{ [K in ConfigurationKey]?: string }>;
  /** @internal */
  readonly providerName: string;

  /**
   * @internal
   * @param propertyName converts a key to the name of the provider's property.
   */
  protected constructor(
    packageName: string,
    propertyName: (key: ConfigurationKey) => string,
    name: string,
    args: ProviderArgs,
    opts?: pulumi.ResourceOptions,
  ) {
    const unknown = Object.keys(args).find((key) => !isConfigurationKey(key));
    if (unknown !== undefined) {
      const problem = problemWithUnknown(unknown, "argument", configurationKeyNames);
      throw new pulumi.RunError(`pinterest.Provider '${name}': \`${unknown}\` ${problem}`);
    }
    // A provider process receives only its own properties, not the stack's configuration.
    const values = configurationKeyNames.flatMap(
      (key): [ConfigurationKey, pulumi.Output<string | undefined>][] => {
        const fallback = stackConfiguration(key);
        const value = args[key] === undefined ? fallback : stringOf(args[key], fallback);
        if (value === undefined) return [];
        return [[key, rowOf(key).secret ? pulumi.secret(value) : pulumi.output(value)]];
      },
    );
    super(
      packageName,
      name,
      Object.fromEntries(values.map(([key, value]) => [propertyName(key), value])),
      opts,
    );
    this.configuration = pulumi.output(
      Object.fromEntries(values) as { [K in ConfigurationKey]?: pulumi.Output<string> },
    );
    this.providerName = name;
  }
}

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
    super(dynamicPackage, fullKey, name, args, opts);
  }
}

/** Converts a property to a string. The engine refuses other types in the configuration of `pulumi-nodejs`. */
function stringOf(
  value: pulumi.Input<unknown>,
  fallback: string | undefined,
): pulumi.Output<string | undefined> {
  return pulumi.output(value as pulumi.Input<object>).apply((known: unknown) => {
    if (known === undefined || known === null) return fallback;
    return typeof known === "object" ? JSON.stringify(known) : String(known);
  });
}
