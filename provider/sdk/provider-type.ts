import * as pulumi from "@pulumi/pulumi";
import {
  dynamicLogType,
  dynamicType,
  integrationType,
  logProviderText,
  logType,
  providerKey,
  providerText,
} from "../run/constants";
import { ProviderBase } from "./provider";

/** The registration of resources with a provider type: dynamic provider or plugin. */
export interface ProviderType {
  /** The type token. */
  readonly type: string;
  /** The type token of the same resource with the other provider type. As an alias, it moves existing resources without a replacement. */
  readonly otherType: string;
  /** Properties in addition to those of the program. */
  readonly properties?: pulumi.Inputs;
  /** The reason why the `import` option is refused, if it does not work. */
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

/** The frames of the SDK and of the class's constructor, above the line of the program. The SDK expects one constructor of the class. */
const framesAboveProgram = 5;

/** The SDK's function that records stack traces of promises (`debuggablePromise` in its runtime/debuggable.ts). */
const promiseTracer = "debuggablePromise";

/**
 * Shortens stack traces until the returned function is called: they end at the line that constructs a resource.
 *
 * The SDK stores the stack trace of each resource's construction in state. The frames below that line belong to Node.js and the SDK, and are
 * a fifth of the state of a commerce integration. The SDK also records a trace of each of the four promises of each output, which only
 * PULUMI_DEBUG_PROMISE_LEAKS uses, and resolves each frame in source maps. That is half of the program's time for an integration, so
 * these traces contain the message only.
 *
 * @param isSubclass whether a subclass is constructed. Its constructor is one more frame, which is omitted.
 */
export function shortenStackTraces(isSubclass: boolean): () => void {
  const program = framesAboveProgram + (isSubclass ? 1 : 0);
  const previous = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  // Without source maps, no function is set, so this one prints V8's format.
  const print = Error.prepareStackTrace ?? ((error, frames) => [String(error), ...frames].join("\n    at "));
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === promiseTracer
      ? String(error)
      : print(error, [...frames.slice(0, framesAboveProgram), ...frames.slice(program, program + 1)]);
  return () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (previous !== undefined) Object.defineProperty(Error, "prepareStackTrace", previous);
  };
}
