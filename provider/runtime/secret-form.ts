// The engine's own form of a secret (`specialSigKey` and `specialSecretSig` in the SDK's runtime).
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
