import type { Metadata, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  ErrorResourceInitFailed,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { messageForEngine } from "../runtime/bug-report";
import { Any, grpc, type Struct } from "./sdk-libraries";

/** The features of the protocol that this plugin accepts. */
export function handshakeResponse(): ProviderHandshakeResponse {
  const response = new ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(false);
  response.setAcceptOutputs(false);
  return response;
}

/** The engine prints the value of a property that a failure names, even if it is a secret. Therefore, only the reason names it. */
export function checkResponse({
  inputs,
  problems,
}: {
  inputs: Struct;
  problems: readonly string[];
}): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(inputs);
  response.setFailuresList(
    problems.map((reason) => {
      const failure = new CheckFailure();
      failure.setReason(reason.toWellFormed());
      return failure;
    }),
  );
  return response;
}

/** The error of a call, as gRPC sends it. Of an error, the engine receives the message only. */
export interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

export function callError(error: unknown, code: status = grpc.status.UNKNOWN): CallError {
  return { code, details: messageForEngine(error) };
}

/** The state of a resource after a partial failure. */
export interface PartialState {
  readonly id: string;
  readonly outputs: Struct;
  /** Whether the engine is to read the resource before the next update. */
  readonly refreshBeforeUpdate: boolean;
}

/** The error of a write that failed partially. The engine saves the state, and the next update repairs the resource. */
export function partialCallError(
  error: Error,
  { id, outputs, refreshBeforeUpdate }: PartialState,
): CallError {
  const { code, details } = callError(error);
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(outputs);
  failed.setReasonsList([details]);
  failed.setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(code);
  status.setMessage(details);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  // gRPC sends details of an error in this header. grpc-js has no other way to set them.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}
