import type { handleUnaryCall, ServiceError } from "@grpc/grpc-js";
import { callError } from "./call-error";

/** A method of one request and one answer. What its action throws is told the engine by its message, or as the error that it is. */
export function unary<Request, Response>(
  action: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    action(call.request)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback((isCallError(error) ? error : callError(error)) as ServiceError, null),
      )
      // An answer that cannot be encoded must not leave the engine waiting.
      .catch((error: unknown) => callback(callError(error) as ServiceError, null));
  };
}

function isCallError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "details" in error && "code" in error;
}
