import { createRequire } from "node:module";

// The SDK's own copies, whichever others are installed: its protocol takes no object of another copy of gRPC, and the package has
// fewer dependencies.
const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

export const grpc = ofSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");

export const { Any } = ofSdk(
  "google-protobuf/google/protobuf/any_pb",
) as typeof import("google-protobuf/google/protobuf/any_pb");

export const { Empty } = ofSdk(
  "google-protobuf/google/protobuf/empty_pb",
) as typeof import("google-protobuf/google/protobuf/empty_pb");

export const { Struct } = ofSdk(
  "google-protobuf/google/protobuf/struct_pb",
) as typeof import("google-protobuf/google/protobuf/struct_pb");

export type Struct = InstanceType<typeof Struct>;
