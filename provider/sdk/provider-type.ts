import * as pulumi from "@pulumi/pulumi";
import {
  dynamicLogType,
  dynamicType,
  integrationType,
  logProviderText,
  logType,
  providerKey,
  providerText,
} from "../runtime/constants";
import { ProviderBase } from "./provider";

/** How a class registers its resources with a provider type: dynamic provider or plugin. */
export interface ProviderType {
  /** The type token. */
  readonly type: string;
  /** The type token of the same resource with the other provider type. As an alias, it moves existing resources without a replacement. */
  readonly otherType: string;
  /** Properties in addition to those of the program. */
  readonly properties?: pulumi.Inputs;
  /** Why the `import` option is refused, if it does not work. */
  readonly importProblem?: string;
  /** Whether the program records the provider's name. The plugin does that itself. */
  readonly isDynamic: boolean;
}

export const dynamicIntegrations: ProviderType = {
  isDynamic: true,
  type: dynamicType,
  otherType: integrationType,
  properties: { [providerKey]: providerText },
  importProblem:
    "the `import` option does not work for dynamic resources; use `pulumi import --file` (see docs/import.md), " +
    "or omit the option: an integration that equals the program is adopted",
};

export const dynamicLogs: ProviderType = {
  isDynamic: true,
  type: dynamicLogType,
  otherType: logType,
  properties: { [providerKey]: logProviderText },
};

export const pluginIntegrations: ProviderType = {
  isDynamic: false,
  type: integrationType,
  otherType: dynamicType,
};

export const pluginLogs: ProviderType = { isDynamic: false, type: logType, otherType: dynamicLogType };

/** The name of a resource's explicit provider. Undefined for a default provider. */
export function explicitProviderName(resource: pulumi.Resource, { type }: ProviderType): string | undefined {
  const provider = resource.getProvider(type);
  return provider instanceof ProviderBase ? provider.providerName : undefined;
}

/** Whether an object is a resource of this type. It can come from another copy of the package. */
export function isOfType(value: unknown, { type }: ProviderType): boolean {
  return (
    pulumi.CustomResource.isInstance(value) && (value as { __pulumiType?: string }).__pulumiType === type
  );
}
