import type { Metadata, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any, grpc, type Struct } from "./sdk-libraries";

/** How a call is told to have failed. Nothing of an error but its message goes to the engine. */
export interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** What the engine is to keep of a resource whose write failed halfway. */
export interface Remains {
  readonly id: string;
  readonly outputs: Struct;
  /** Whether the engine is to read the resource before the next update. */
  readonly refreshBeforeUpdate: boolean;
}

/** A call that failed. */
export function callError(error: unknown, code: status = grpc.status.UNKNOWN): CallError {
  // grpc-js throws on half of a surrogate pair while it encodes an error, and would never answer.
  return { code, details: (error instanceof Error ? error.message : String(error)).toWellFormed() };
}

/** A write that failed halfway: the engine keeps what remains, and has the next update repair it. */
export function partialCallError(error: Error, { id, outputs, refreshBeforeUpdate }: Remains): CallError {
  const { details } = callError(error);
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(outputs);
  failed.setReasonsList([details]);
  failed.setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(grpc.status.UNKNOWN);
  whole.setMessage(details);
  whole.addDetails(detail);
  const metadata = new grpc.Metadata();
  // Where gRPC keeps the details of an error; Node's has no other way to set them.
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { ...callError(error), metadata };
}
