import type { handleUnaryCall, Metadata, ServiceError, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { CheckResult } from "../lifecycle/check";
import { messageForEngine } from "../lifecycle/messages";
import type { Bag } from "../lifecycle/outputs";
import { sameInput } from "../lifecycle/values";
import { encode } from "./property-values";
import { Any, grpc, type Struct } from "./sdk-libraries";

type Fields<Message> = {
  [Setter in keyof Message as Setter extends `set${infer Name}`
    ? Uncapitalize<Name>
    : never]?: Message[Setter] extends (value: infer Value) => unknown ? Value : never;
};

/** Creates a message with these fields, which are named like its setters. */
export function create<Message extends object>(type: new () => Message, fields: Fields<Message>): Message {
  const message = new type();
  for (const [name, value] of Object.entries(fields)) {
    const setter = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    (message as Record<string, (value: unknown) => void>)[setter]?.(value);
  }
  return message;
}

/** The engine prints the value of a property that a failure names, even if it is a secret. Therefore, only the reason names it. */
export function checkResponse({ inputs, problems }: CheckResult, secrets: Iterable<string>): CheckResponse {
  const failuresList = problems.map((reason) => create(CheckFailure, { reason: reason.toWellFormed() }));
  return create(CheckResponse, { inputs: encode(inputs, secrets), failuresList });
}

/** The changed inputs by name. */
type Changes = ReadonlyMap<string, "ADD" | "DELETE" | "UPDATE">;

/**
 * The changes between two bags of inputs. Properties with two underscores belong to the engine or a provider type, and are ignored. An
 * unknown value counts as changed.
 */
export function changesBetween(olds: Bag, news: Bag): Changes {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
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
  readonly replaces?: readonly string[];
  /** Outputs that change only with a replacement. */
  readonly stables?: readonly string[];
}

/** The response with a detailed diff of the inputs. */
export function diffResponse(changes: Changes, { replaces = [], stables = [] }: DiffEffects): DiffResponse {
  const isSome = changes.size > 0 || replaces.length > 0;
  const response = create(DiffResponse, {
    changes: isSome ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
    diffsList: [...changes.keys()],
    replacesList: [...replaces],
    // Pinterest has one integration for each ID. This includes a replacement by `replaceOnChanges`, an option that the provider does not see.
    deletebeforereplace: true,
    stablesList: [...stables],
    hasdetaileddiff: true,
  });
  for (const [name, change] of changes) {
    const kind = PropertyDiff.Kind[replaces.includes(name) ? (`${change}_REPLACE` as const) : change];
    response.getDetaileddiffMap().set(name, create(PropertyDiff, { kind, inputdiff: true }));
  }
  return response;
}

/** The error of a call, as gRPC sends it. Of an error, the engine receives the message only. */
interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

export function callError(error: unknown): CallError {
  return { code: grpc.status.UNKNOWN, details: messageForEngine(error) };
}

/** The state of a resource after a partial failure. */
interface PartialState {
  readonly id: string;
  readonly outputs: Struct;
  /** Whether the engine is to read the resource before the next update. */
  readonly refreshBeforeUpdate: boolean;
}

/** The error of a write that failed partially. The engine saves the state, and the next update repairs the resource. */
export function partialCallError(
  error: unknown,
  { id, outputs, refreshBeforeUpdate }: PartialState,
): CallError {
  const { code, details } = callError(error);
  const failed = create(ErrorResourceInitFailed, {
    id,
    properties: outputs,
    reasonsList: [details],
    refreshBeforeUpdate,
  });
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = create(Status, { code, message: details, detailsList: [detail] });
  const metadata = new grpc.Metadata();
  // gRPC sends details of an error in this header. grpc-js has no other way to set them.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}

/** A method with one request and one response. */
export function unary<Request, Response>(
  action: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    action(call.request)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback((isCallError(error) ? error : callError(error)) as ServiceError, null),
      )
      // If the response cannot be encoded, the engine must not wait forever.
      .catch((error: unknown) => callback(callError(error) as ServiceError, null));
  };
}

function isCallError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "details" in error && "code" in error;
}
