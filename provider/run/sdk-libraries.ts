import { createRequire } from "node:module";

// The copies that the SDK uses: its protocol accepts no objects of another copy of gRPC, and the package needs fewer dependencies.
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
