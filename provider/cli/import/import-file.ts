import { dynamicType, providerKey, providerText } from "../../dynamic/constant";
import { type Bag, secretsAmong } from "../../lifecycle";
import { secretSignature, signatureKey } from "../../process/secret-form";
import type { PlannedImport } from "./plan";

/** An entry of the file that `pulumi import --file` reads. */
export interface ImportResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** With the provider's text, and secrets in the form by which the engine knows them, which holds them in clear. */
  readonly inputs: Bag;
  readonly outputs: Bag;
}

/** What `pulumi import --file` is to read. It holds secrets in clear. */
export interface ImportFile {
  readonly resources: readonly ImportResource[];
}

/** The import file of these plans, in their order. */
export function importFileOf(plans: readonly PlannedImport[]): ImportFile {
  return { resources: plans.map(importResourceOf) };
}

/** The entry of one resource; also what an entry lacks that the engine has written itself. */
export function importResourceOf({
  name,
  externalBusinessId,
  inputs,
  outputs,
}: Pick<PlannedImport, "name" | "externalBusinessId" | "inputs" | "outputs">): ImportResource {
  return {
    type: dynamicType,
    name,
    id: externalBusinessId,
    inputs: propertiesFrom(inputs),
    outputs: propertiesFrom(outputs),
  };
}

/** Without the provider's text the engine could neither check nor ever read or delete the resource. */
function propertiesFrom(bag: Bag): Bag {
  const secrets = secretsAmong(bag).map((name) => [name, inSecretForm(bag[name])]);
  return { ...bag, ...Object.fromEntries(secrets), [providerKey]: providerText };
}

/** A value of an import file that is secret: the engine reads it from JSON in JSON. */
export function inSecretForm(value: unknown): unknown {
  return { [signatureKey]: secretSignature, plaintext: JSON.stringify(value) };
}
