import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedRequest } from "./recorded-requests";
import { struct, type Wire, wireOf } from "./wire";

/** The fields of requests that contain properties. */
export const propertyFields = [
  "olds",
  "news",
  "oldInputs",
  "oldOutputs",
  "properties",
  "inputs",
  "args",
  "query",
];

interface Message {
  serializeBinary(): Uint8Array;
}

/** The messages of a method. */
interface Method {
  readonly request: new () => Message;
  readonly response: { deserializeBinary(bytes: Uint8Array): object };
}

const methods: Readonly<Record<string, Method>> = {
  Handshake: { request: messages.ProviderHandshakeRequest, response: messages.ProviderHandshakeResponse },
  CheckConfig: { request: messages.CheckRequest, response: messages.CheckResponse },
  Configure: { request: messages.ConfigureRequest, response: messages.ConfigureResponse },
  Check: { request: messages.CheckRequest, response: messages.CheckResponse },
  Diff: { request: messages.DiffRequest, response: messages.DiffResponse },
  Create: { request: messages.CreateRequest, response: messages.CreateResponse },
  Read: { request: messages.ReadRequest, response: messages.ReadResponse },
  Update: { request: messages.UpdateRequest, response: messages.UpdateResponse },
  Delete: { request: messages.DeleteRequest, response: Empty },
  Invoke: { request: messages.InvokeRequest, response: messages.InvokeResponse },
  List: { request: messages.ListRequest, response: messages.ListResponse },
};

function methodOf(name: string): Method {
  const method = methods[name];
  if (method === undefined) throw new Error(`unknown method: ${name}`);
  return method;
}

/** The setter of a field, such as `setOldInputs` or `setIgnorechangesList`. Undefined if the SDK does not know the field. */
function setterOf(message: Message, field: string): string | undefined {
  const names = [`set${field}`, `set${field}list`];
  return Object.getOwnPropertyNames(Object.getPrototypeOf(message)).find((name) =>
    names.includes(name.toLowerCase()),
  );
}

/** Whether the SDK's messages have a field of properties. */
export function hasField({ method }: RecordedRequest, field: string): boolean {
  return setterOf(new (methodOf(method).request)(), field.toLowerCase()) !== undefined;
}

/** The message of a request. Like a plugin that is older than the engine, it lacks fields that the SDK does not know. */
function messageOf({ method, request }: RecordedRequest): Message {
  const message = new (methodOf(method).request)();
  for (const [field, value] of Object.entries(request)) {
    const setter = setterOf(message, field.toLowerCase());
    if (setter === undefined || field === "variables") continue;
    const encoded = propertyFields.includes(field) ? struct(value as Wire) : value;
    (message as unknown as Record<string, (value: unknown) => void>)[setter]?.(encoded);
  }
  return message;
}

/** A field with the number 1000 and the text "new". */
const newField = Buffer.from([0xc2, 0x3e, 3, ...Buffer.from("new")]);

/** The decoded fields of a response. */
export type Response = Record<string, unknown>;

/**
 * Sends a request to the plugin, and a field that no protocol has yet.
 *
 * @returns the fields of the response, or for `List` the IDs and names.
 * @throws ServiceError of gRPC.
 */
export async function send(client: ResourceProviderClient, recorded: RecordedRequest): Promise<Response> {
  const { response } = methodOf(recorded.method);
  const path = `/pulumirpc.ResourceProvider/${recorded.method}`;
  const serialize = (message: Message) => Buffer.concat([message.serializeBinary(), newField]);
  const deserialize = (bytes: Buffer) => response.deserializeBinary(bytes);
  const message = messageOf(recorded);
  if (recorded.method !== "List") {
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: object) =>
        error === null ? resolve(fieldsOf(response ?? {})) : reject(error);
      client.makeUnaryRequest(path, serialize, deserialize, message, done);
    });
  }
  const results: unknown[] = [];
  for await (const part of client.makeServerStreamRequest(path, serialize, deserialize, message)) {
    const result = (part as messages.ListResponse).getResult();
    results.push([result?.getId(), result?.getName()]);
  }
  return { results };
}

/** The fields of a response by their names in JavaScript, such as `diffsList`. */
function fieldsOf(message: object): Response {
  const getters = Object.getOwnPropertyNames(Object.getPrototypeOf(message)).filter((name) =>
    name.startsWith("get"),
  );
  return Object.fromEntries(
    getters.map((getter) => {
      const value = (message as Record<string, () => unknown>)[getter]?.();
      const name = `${getter.charAt(3).toLowerCase()}${getter.slice(4)}`;
      return [name, value instanceof Struct ? wireOf(value) : value];
    }),
  );
}
