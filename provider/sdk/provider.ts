import * as pulumi from "@pulumi/pulumi";
import { problemWithUnknown } from "../base/message-text";
import {
  type ConfigurationKey,
  type ConfigurationKeys,
  configurationKeyNames,
  fullKey,
  isConfigurationKey,
  problemWithCredential,
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

/**
 * Configuration of an explicit provider. Arguments that you omit come from the stack's configuration, or else from the environment. A
 * credential that is `undefined`, `null` or empty is an error.
 */
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
    for (const key of configurationKeyNames) {
      if (key in args && !pulumi.Output.isInstance(args[key])) assertCredential(name, key, args[key]);
    }
    // The token of the stack would win over the refresh token of this provider, and belongs to another merchant.
    const hasOwnToken = ownTokens.some((key) => args[key] !== undefined);
    // A provider process receives only its own properties, not the stack's configuration.
    const values = configurationKeyNames.flatMap(
      (key): [ConfigurationKey, pulumi.Output<string | undefined>][] => {
        const fallback = hasOwnToken && ownTokens.includes(key) ? undefined : stackConfiguration(key);
        const value = args[key] === undefined ? fallback : stringOf(name, key, args[key], fallback);
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

/** The tokens of the default account, of which a provider uses one. */
const ownTokens: readonly ConfigurationKey[] = ["accessToken", "refreshToken"];

/**
 * Refuses a credential without a value, such as an environment variable that is not set.
 *
 * @throws RunError that names the argument, or the entry of `accounts`.
 */
function assertCredential(name: string, key: ConfigurationKey, value: unknown): void {
  const problem = problemWithCredential(key, value);
  if (problem === undefined) return;
  throw new pulumi.RunError(
    `pinterest.Provider '${name}': ${problem}. Set the value, and read it with \`config.requireSecret("…")\`, which fails if it is not set. ` +
      "To use the credentials of the stack or the environment, omit the argument.",
  );
}

/** Converts a property to a string. The engine refuses other types in the configuration of `pulumi-nodejs`. */
function stringOf(
  name: string,
  key: ConfigurationKey,
  value: pulumi.Input<unknown>,
  fallback: string | undefined,
): pulumi.Output<string | undefined> {
  return pulumi.output(value as pulumi.Input<object>).apply((known: unknown) => {
    assertCredential(name, key, known);
    if (known === undefined || known === null) return fallback;
    return typeof known === "object" ? JSON.stringify(known) : String(known);
  });
}
