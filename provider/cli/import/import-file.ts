import { providerKey, providerText } from "../../dynamic/constant";
import { type Bag, secretsAmong } from "../../lifecycle";
import { secretSignature, signatureKey } from "../../process/secret-form";
import { type FrontEnd, integrationTypeOf } from "../../stacks/integration-types";
import type { PlannedImport } from "./plan";

/** An entry of the file that `pulumi import --file` reads. */
export interface ImportResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** Secrets are in the form by which the engine knows them, which holds them in clear. */
  readonly inputs: Bag;
  readonly outputs: Bag;
}

/** What `pulumi import --file` is to read. It holds secrets in clear. */
export interface ImportFile {
  readonly resources: readonly ImportResource[];
}

/** The import file of these plans, in their order. */
export function importFileOf(plans: readonly PlannedImport[], frontEnd: FrontEnd = "dynamic"): ImportFile {
  return {
    resources: plans.map(({ name, externalBusinessId, inputs, outputs }) => ({
      type: integrationTypeOf(frontEnd),
      name,
      id: externalBusinessId,
      inputs: propertiesFrom(inputs, frontEnd),
      outputs: propertiesFrom(outputs, frontEnd),
    })),
  };
}

/** Without the provider's text the engine could neither check nor ever read or delete a dynamic resource. */
function propertiesFrom(bag: Bag, frontEnd: FrontEnd): Bag {
  const secrets = secretsAmong(bag).map((name) => [name, inSecretForm(bag[name])]);
  return {
    ...bag,
    ...Object.fromEntries(secrets),
    ...(frontEnd === "dynamic" ? { [providerKey]: providerText } : {}),
  };
}

/** A value of an import file that is secret: the engine reads it from JSON in JSON. */
function inSecretForm(value: unknown): unknown {
  return { [signatureKey]: secretSignature, plaintext: JSON.stringify(value) };
}
