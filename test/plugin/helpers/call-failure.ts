import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type Wire, wireOf } from "./wire";

/** A gRPC error. */
export type CallFailure = Pick<ServiceError, "code" | "details"> & Partial<Pick<ServiceError, "metadata">>;

/** The state that the engine saves after a partial failure. */
export interface Kept {
  readonly id: string;
  readonly properties: Wire;
  readonly reasons: string[];
}

/** The name of an error's status. */
export function statusOf({ code }: CallFailure): string | undefined {
  return status[code];
}

/** The state in the error of a partial failure, decoded like the engine does. Undefined for other errors. */
export function keptOf({ metadata = new Metadata() }: CallFailure): Kept | undefined {
  const [packed] = metadata.get("grpc-status-details-bin");
  if (packed === undefined) return undefined;
  const [detail] = Status.deserializeBinary(packed as Buffer).getDetailsList();
  const failed = detail?.unpack(
    ErrorResourceInitFailed.deserializeBinary,
    "pulumirpc.ErrorResourceInitFailed",
  );
  return failed
    ? { id: failed.getId(), properties: wireOf(failed.getProperties()), reasons: failed.getReasonsList() }
    : undefined;
}

/** The error of a call, which must fail. */
export async function failureOf(call: Promise<unknown>): Promise<CallFailure> {
  return call.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error as CallFailure,
  );
}
