import * as pulumi from "@pulumi/pulumi";
import { problemWithUnknown } from "../api/message-text";
import {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  isConfigurationKey,
} from "../config/keys";
import type { ProviderArgs } from "./provider-args";
import { stackConfiguration } from "./stack-configuration";

/** Common base of the explicit providers of the dynamic provider and of the plugin. */
export abstract class ProviderBase extends pulumi.ProviderResource {
  /** @internal The configuration for functions, which run in the program. */
  readonly configuration: pulumi.Output<{ [K in ConfigurationKey]?: string }>;
  /** @internal */
  readonly providerName: string;

  /**
   * @internal
   * @param kind Package of the provider, and how it names a key.
   */
  protected constructor(
    kind: { readonly packageName: string; readonly propertyName: (key: ConfigurationKey) => string },
    name: string,
    args: ProviderArgs,
    opts?: pulumi.ResourceOptions,
  ) {
    const unknown = Object.keys(args).find((key) => !isConfigurationKey(key));
    if (unknown !== undefined) {
      const problem = problemWithUnknown(unknown, "argument", configurationKeyNames);
      throw new pulumi.RunError(`pinterest.Provider '${name}': \`${unknown}\` ${problem}`);
    }
    // A provider process does not see the stack's configuration, only its own properties.
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
      kind.packageName,
      name,
      Object.fromEntries(values.map(([key, value]) => [kind.propertyName(key), value])),
      opts,
    );
    this.configuration = pulumi.output(
      Object.fromEntries(values) as { [K in ConfigurationKey]?: pulumi.Output<string> },
    );
    this.providerName = name;
  }
}

/** Converts a property to a string: the engine refuses other types for the package of dynamic resources. */
function text(value: pulumi.Input<unknown>, fallback: string | undefined): pulumi.Output<string | undefined> {
  return pulumi.output(value as pulumi.Input<object>).apply((known: unknown) => {
    if (known === undefined || known === null) {
      return fallback;
    }
    return typeof known === "object" ? JSON.stringify(known) : String(known);
  });
}
