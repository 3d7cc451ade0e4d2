import { providerKey, providerText, secretSignature, signatureKey } from "../../provider/dynamic/constant";
import { type Bag, secretsAmong } from "../../provider/lifecycle/outputs";
import { integrationTypes, type ProviderType } from "../stack/state";
import type { PlannedImport } from "./plan";

/** A resource in the input of `pulumi import --file`. Secrets have the engine's form, in plaintext. */
export interface ImportResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
}

/** The input of `pulumi import --file`. It contains secrets in plaintext. */
export interface ImportFile {
  readonly resources: readonly ImportResource[];
}

export function importFileOf(
  plans: readonly PlannedImport[],
  providerType: ProviderType = "dynamic",
): ImportFile {
  return {
    resources: plans.map(({ name, externalBusinessId, inputs, outputs }) => ({
      type: integrationTypes[providerType],
      name,
      id: externalBusinessId,
      inputs: propertiesFrom(inputs, providerType),
      outputs: propertiesFrom(outputs, providerType),
    })),
  };
}

/** Adds the provider's text to dynamic resources: without it, the engine could not check, read or delete them. */
function propertiesFrom(bag: Bag, providerType: ProviderType): Bag {
  const secrets = secretsAmong(bag).map((name) => [name, inSecretForm(bag[name])]);
  return {
    ...bag,
    ...Object.fromEntries(secrets),
    ...(providerType === "dynamic" ? { [providerKey]: providerText } : {}),
  };
}

/** The engine's form of a secret. Its plaintext is JSON within JSON. */
function inSecretForm(value: unknown): unknown {
  return { [signatureKey]: secretSignature, plaintext: JSON.stringify(value) };
}
