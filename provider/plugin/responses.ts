import type { handleUnaryCall, ServiceError } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  type ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Bag } from "../base/bag";
import type { CheckResult } from "../lifecycle/check";
import { messageForEngine } from "../lifecycle/messages";
import { sameInput } from "../lifecycle/values";
import { awaitFailedType, initFailedType } from "../run/constants";
import { Any, grpc } from "../run/sdk-libraries";
import type { Wording } from "../run/wording";
import { encode } from "./property-values";

/** The engine prints the value of a property that a failure names, even if it is a secret. Therefore, only the reason names it. */
export function checkResponse({ inputs, problems }: CheckResult, secrets: Iterable<string>): CheckResponse {
  const failures = problems.map((reason) => new CheckFailure().setReason(reason.toWellFormed()));
  return new CheckResponse().setInputs(encode(inputs, secrets)).setFailuresList(failures);
}

/** The changed inputs by name. */
type Changes = ReadonlyMap<string, "ADD" | "DELETE" | "UPDATE">;

/**
 * The changes between two bags of inputs. Properties with two underscores belong to the engine or a provider type, and are ignored. An
 * unknown value counts as changed.
 */
export function changesBetween(olds: Bag, news: Bag): Changes {
  const names = Object.keys({ ...olds, ...news }).filter((name) => !name.startsWith("__"));
  return new Map(
    names
      .filter((name) => !sameInput(name, olds[name], news[name]))
      .map((name) => [
        name,
        olds[name] === undefined ? "ADD" : news[name] === undefined ? "DELETE" : "UPDATE",
      ]),
  );
}

/** The effects of a diff on a resource. */
export interface DiffEffects {
  /** The inputs that force a replacement. */
  readonly replaces?: string[];
  /** Whether an update is needed even if the inputs are equal. */
  readonly needsUpdate?: boolean;
  /** Outputs that change only with a replacement. */
  readonly stables?: string[];
}

/** The response with a detailed diff of the inputs. */
export function diffResponse(
  changes: Changes,
  { replaces = [], needsUpdate = false, stables = [] }: DiffEffects,
): DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(changes.size > 0 || replaces.length > 0 || needsUpdate ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changes.keys()])
    .setReplacesList(replaces)
    .setStablesList(stables)
    .setHasdetaileddiff(true);
  for (const [name, change] of changes) {
    const kind = PropertyDiff.Kind[replaces.includes(name) ? (`${change}_REPLACE` as const) : change];
    response.getDetaileddiffMap().set(name, new PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

/** The error of a call, as gRPC sends it. The engine receives only the message of an error. */
type CallError = Pick<ServiceError, "code" | "details"> & Partial<Pick<ServiceError, "metadata">>;

export function callError(error: unknown, wording: Wording): CallError {
  return { code: grpc.status.UNKNOWN, details: messageForEngine(error, wording) };
}

/**
 * The error of a write that failed partially. The engine saves the state, and the next update repairs the resource.
 *
 * @param state the resource's state. Its reason is added.
 */
export function partialCallError(error: CallError, state: ErrorResourceInitFailed): CallError {
  const detail = state.setReasonsList([error.details]).serializeBinary();
  return detailedError(error, detail, initFailedType);
}

/** The error of a write after which the engine continues with other resources. The engine prints only that it is awaiting. */
export function awaitingCallError(error: CallError): CallError {
  return detailedError(error, new Uint8Array(), awaitFailedType);
}

function detailedError({ code, details }: CallError, serialized: Uint8Array, type: string): CallError {
  const detail = new Any();
  detail.pack(serialized, type);
  const status = new Status().setCode(code).setMessage(details).setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  // gRPC sends details of an error in this header. grpc-js has no other way to set them.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}

/** Creates a gRPC method from a function with one request and one response. */
type Unary = <Request, Response>(
  action: (request: Request) => Promise<Response>,
) => handleUnaryCall<Request, Response>;

/** Returns a function that creates gRPC methods of a plugin. Errors of the methods have the words of the plugin's run. */
export function unaryMethods(plugin: { readonly process: { readonly wording: Wording } }): Unary {
  return (action) => (call, callback) => {
    const fail = (error: unknown) => callback(error as ServiceError, null);
    action(call.request)
      .then(
        (response) => callback(null, response),
        (error: unknown) => fail(isCallError(error) ? error : callError(error, plugin.process.wording)),
      )
      // If the response cannot be encoded, the engine must not wait forever.
      .catch((error: unknown) => fail(callError(error, plugin.process.wording)));
  };
}

function isCallError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "details" in error && "code" in error;
}
