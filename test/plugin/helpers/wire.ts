import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Properties in the encoding of messages. */
export type Wire = Record<string, unknown>;

export function struct(values: Wire): Struct {
  return Struct.fromJavaScript(values as never);
}

/** The encoded properties of a message. */
export function wireOf(message: Struct | undefined): Wire {
  return (message?.toJavaScript() ?? {}) as Wire;
}

export function secret(value: unknown): Wire {
  return { [specialSigKey]: specialSecretSig, value };
}

/** The engine's strings for unknown values, by type (`Unknown…Value` in its plugin/rpc.go). */
export const unknowns = {
  string: unknownValue,
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;
