// How the engine's messages mark what is no plain value: `specialSigKey` and its kin in the SDK's runtime/rpc, the sentinels
// `UnknownStringValue` and so on in Pulumi's Go SDK (plugin/rpc.go).
import { unknownValue } from "../lifecycle/values";

export { secretSignature, signatureKey } from "../runtime/secret-form";

/** A value with its dependencies, which may be missing or secret. */
export const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What stands in a message for a value that is not known yet, by its type. */
export const unknownTexts = {
  string: unknownValue,
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;
