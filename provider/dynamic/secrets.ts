import { type Bag, secretsAmong } from "../lifecycle/outputs";
import { secretSignature, signatureKey } from "../runtime/secret-form";

/**
 * Outputs in which what must be secret is marked so, whichever of the program's inputs are secret or still there. The engine understands
 * its form of a secret in answers, although the SDK's dynamic provider process cannot be sent secrets.
 */
export function withSecrets(outputs: Bag): Bag {
  const secrets = secretsAmong(outputs).map((name) => [
    name,
    { [signatureKey]: secretSignature, value: outputs[name] },
  ]);
  return { ...outputs, ...Object.fromEntries(secrets) };
}
