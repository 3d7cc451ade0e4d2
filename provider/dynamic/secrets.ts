import { type Bag, secretsAmong } from "../lifecycle";

// The engine's own form of a secret (`specialSigKey` and `specialSecretSig` in the SDK's runtime), which it understands in
// answers although the SDK's dynamic provider process cannot be sent secrets.
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Outputs in which what must be secret is marked so, whichever of the program's inputs are secret or still there. */
export function withSecrets(outputs: Bag): Bag {
  const secrets = secretsAmong(outputs).map((name) => [
    name,
    { [signatureKey]: secretSignature, value: outputs[name] },
  ]);
  return { ...outputs, ...Object.fromEntries(secrets) };
}
