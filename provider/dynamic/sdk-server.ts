import { subscribe } from "node:diagnostics_channel";
import type { IncomingHttpHeaders } from "node:http2";
import { createRequire } from "node:module";
import type { CreateResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { uidKey } from "../lifecycle/outputs";
import { awaitFailedType, initFailedType, providerKey, providerText } from "../run/constants";

/** The text of an error that the engine prints, because it is the response of the provider. */
export const returnedError = "pulumi-pinterest: returned";

/** Omits the errors that the SDK's server prints in addition to returning them: the engine would print them twice. */
export function omitReturnedErrors(printer: Pick<Console, "error">): void {
  const print = printer.error;
  printer.error = (...values: unknown[]) => {
    if (!String(values[0]).startsWith(returnedError)) print.apply(printer, values);
  };
}

/**
 * The ID of an error that {@link patchServer} turns into `ErrorResourceAwaitFailed`. The SDK's server sends the properties of an error whose ID is truthy,
 * and its protocol message omits an ID whose length is 0.
 */
export const emptyId = { length: 0 };

/** The property that passes a resource's URN from {@link patchServer} to the provider. State never has it. */
export const urnKey = "__urn";

/** The requests with a resource's properties, and the properties that the provider's method receives. */
const requests = {
  CheckRequest: "getNews",
  DiffRequest: "getNews",
  CreateRequest: "getProperties",
  ReadRequest: "getProperties",
  UpdateRequest: "getNews",
  DeleteRequest: "getProperties",
} as const;

/** A request with the properties of a resource. */
type ResourceRequest = { getUrn(): string } & Record<"getNews" | "getProperties", () => Struct | undefined>;

/** The responses with a resource's properties. */
const responses = ["CreateResponse", "ReadResponse", "UpdateResponse", "ErrorResourceInitFailed"] as const;

/** A response with the properties of a resource. */
type ResourceResponse = Pick<CreateResponse, "getProperties" | "serializeBinary"> & {
  setRefreshBeforeUpdate(value: boolean): unknown;
};

/**
 * Passes on two parts of the protocol about this package's resources that the SDK's server (cmd/dynamic-provider) drops, and adds one that it cannot
 * send:
 *
 * - The URN of a request, as a property. It shows whether a create replaces a resource in state.
 * - `refresh_before_update` in responses, so that the engine reads a resource before it compares or deletes it. Lookups are read by the program.
 * - `ErrorResourceAwaitFailed`, instead of a failed resource with an empty ID: see {@link emptyId}.
 *
 * @param serverPath the SDK's server script. Its copy of the protocol messages is patched.
 */
export function patchServer(serverPath: string): void {
  const ofServer = createRequire(serverPath);
  const messages: typeof import("@pulumi/pulumi/proto/provider_pb") = ofServer("../../proto/provider_pb");
  for (const [name, getter] of Object.entries(requests)) {
    const { prototype } = messages[name as keyof typeof requests] as unknown as {
      prototype: ResourceRequest;
    };
    const get = prototype[getter];
    prototype[getter] = function () {
      const properties = get.call(this);
      if (properties === undefined || !isOwn(properties)) return properties;
      // The SDK's server only converts the properties.
      const toJavaScript = () => ({ ...properties.toJavaScript(), [urnKey]: this.getUrn() });
      return Object.create(properties, { toJavaScript: { value: toJavaScript } });
    };
  }
  for (const name of responses) {
    const { prototype } = messages[name] as unknown as { prototype: ResourceResponse };
    const { serializeBinary } = prototype;
    prototype.serializeBinary = function () {
      const properties = this.getProperties();
      if (isOwn(properties) && properties?.getFieldsMap().has(uidKey)) this.setRefreshBeforeUpdate(true);
      return serializeBinary.call(this);
    };
  }
  const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = ofServer("../../proto/status_pb");
  const { addDetails } = Status.prototype;
  Status.prototype.addDetails = function (detail, ...rest) {
    const isFailedResource = detail?.getTypeName() === initFailedType;
    const isAwaiting =
      isFailedResource &&
      messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8()).getId() === "";
    if (isAwaiting) detail.pack(new Uint8Array(), awaitFailedType);
    return addDetails.call(this, detail, ...rest);
  };
}

/**
 * Calls `listener` when the engine asks the process to abort its calls, which it does once after Ctrl-C. The SDK's server only acknowledges the
 * request, so this observes the process's HTTP/2 server (https://nodejs.org/api/diagnostics_channel.html#http2).
 */
export function onCancel(listener: () => void): void {
  subscribe("http2.server.stream.created", (event) => {
    const { headers } = event as { readonly headers: IncomingHttpHeaders };
    if (headers[":path"] === "/pulumirpc.ResourceProvider/Cancel") listener();
  });
}

function isOwn(properties: Struct | undefined): boolean {
  return properties?.getFieldsMap().get(providerKey)?.getStringValue() === providerText;
}
