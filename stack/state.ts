import { homedir } from "node:os";
import {
  dynamicType,
  integrationType,
  isDefaultProviderName,
  secretSignature,
  signatureKey,
  typeOf,
} from "../provider/run/constants";

/** A resource from `pulumi stack export --show-secrets`, with secrets in plaintext. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  /** Whether the program only reads it. */
  readonly external?: boolean;
  /** Whether an interrupted replacement has left it. */
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The dynamic provider for Node.js, or the plugin for every language. */
export type ProviderType = "dynamic" | "plugin";

/** The resource type of an integration for each provider type. */
export const integrationTypes: Readonly<Record<ProviderType, string>> = {
  dynamic: dynamicType,
  plugin: integrationType,
};

/** The provider type of a resource type; undefined if it is not a commerce integration. */
export function providerTypeOf(type: string | undefined): ProviderType | undefined {
  return (Object.keys(integrationTypes) as ProviderType[]).find((name) => integrationTypes[name] === type);
}

/** Whether a resource type is a commerce integration of any provider type. */
export function isIntegrationType(type: string | undefined): boolean {
  return providerTypeOf(type) !== undefined;
}

/** Whether the stack manages a resource's integration. False for lookups, and for resources that an interrupted replacement left. */
export function isManagedIntegration({ type, external, delete: replaced }: ExportedResource): boolean {
  return isIntegrationType(type) && external !== true && replaced !== true;
}

/** The name of a resource. It can contain the colons that separate the parts of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The short name of a stack: the engine lists `my-organization/dev` as `dev`. */
export function withoutOrganization(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** The URN of a provider, from a reference in state or in an event, which ends with the provider's ID. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** Whether a reference names the default provider, of either provider type. */
export function isDefaultProvider(reference: string): boolean {
  const urn = providerUrnOf(reference);
  const isOwnPackage = /^pulumi:providers:(pulumi-nodejs|pinterest)$/.test(typeOf(urn));
  return isOwnPackage && isDefaultProviderName(nameOf(urn));
}

/** Whether a property is the engine's marker for a secret, with or without its value. */
export function isSecret(value: unknown): value is { readonly plaintext?: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<string, unknown>)[signatureKey] === secretSignature
  );
}

/** A property from an export with secrets in plaintext. */
export function inPlaintext(value: unknown): unknown {
  return isSecret(value) && value.plaintext !== undefined ? JSON.parse(value.plaintext) : value;
}

/** The directory of a file:// backend, where `~` is the home directory. */
export function backendDirectory(address: string): string {
  return decodeURI(address.slice("file://".length).replace(/\?.*$/, "")).replace(/^~/, homedir());
}
