import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type Wire, wireOf } from "./wire";

/** An error as gRPC has it, wherever it is met. */
export type CallFailure = Pick<ServiceError, "code" | "details"> & Partial<Pick<ServiceError, "metadata">>;

/** What the engine keeps of a write that failed halfway. */
export interface Kept {
  readonly id: string;
  readonly properties: Wire;
  readonly reasons: string[];
}

/** The name of the status that a call ended with. */
export function statusOf({ code }: CallFailure): string | undefined {
  return status[code];
}

/** What an error tells the engine of a write that failed halfway, read as the engine reads it; nothing where it tells nothing. */
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
