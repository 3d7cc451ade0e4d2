/** The name of the plugin's package. */
export const packageName = "pinterest";

/** The type tokens of resources and providers: with the plugin, and with the dynamic provider. */
export const integrationType = "pinterest:index:CommerceIntegration";
export const logType = "pinterest:index:IntegrationLog";
export const providerType = "pulumi:providers:pinterest";
export const dynamicType = "pulumi-nodejs:dynamic/pinterest:CommerceIntegration";
export const dynamicLogType = "pulumi-nodejs:dynamic/pinterest:IntegrationLog";

export const functionTokens = {
  getIntegrations: "pinterest:index:getIntegrations",
  getIntegration: "pinterest:index:getIntegration",
  getCommerceIntegration: "pinterest:index:getCommerceIntegration",
} as const;

/** The argument with which a function returns its failure as `{ error }`. Of a failed call, the SDK passes on only a message (its runtime/invoke.ts). */
export const returnErrorKey = "__returnError";

export type FunctionName = keyof typeof functionTokens;

/**
 * Whether a provider's name is one that the engine gives to default providers: "default", with the version and the address of the plugin if
 * they are known, such as "default_0_1_0" (`DefaultName` in Pulumi's pkg/resource/deploy/providers/reference.go).
 */
export function isDefaultProviderName(name: string): boolean {
  return /^default(_\d+_\d+_\d+(_.*)?|_[^/]*\/.*)?$/.test(name);
}

/** The type of a resource, without the types of its parents. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The name of an explicit provider of the plugin. @param urn the provider's URN */
export function explicitName(urn: string): string | undefined {
  const [type, name] = urn.split("::").slice(-2);
  return type === providerType && name !== undefined && !isDefaultProviderName(name) ? name : undefined;
}

/** The property that holds a dynamic provider's code in state. */
export const providerKey = "__provider";

/**
 * The provider's code, which state contains twice for each resource. It loads the version of the package that is installed in the program's
 * directory, so that it is never outdated. It must never change, because the engine would see another provider for all existing resources.
 */
export const providerText = 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider';

/** The same for log entries. It must never change either. */
export const logProviderText = 'exports.handler=()=>require("pulumi-pinterest/dynamic").log';

/** The error detail after which the engine continues with other resources (pulumi/pulumi#24694). Older SDKs have no class for it. */
export const awaitFailedType = "pulumirpc.ErrorResourceAwaitFailed";

/** The error detail with the state that a write has left after a partial failure. */
export const initFailedType = "pulumirpc.ErrorResourceInitFailed";

/** The key and value that mark an object as a secret in properties (`specialSigKey`, `specialSecretSig` in the SDK's runtime/rpc.ts). */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A property's value, marked as a secret. */
export function encodedSecret(value: unknown): Record<string, unknown> {
  return { [signatureKey]: secretSignature, value };
}

/**
 * The string that the engine sends, at any depth, for a value that is unknown until the update: `unknownValue` in
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
