// gRPC between the engine, programs and provider processes, without connections. Pulumi's engine uses connections on loopback.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import {
  type ClientOptions,
  credentials,
  type InterceptingCall,
  type Listener,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

type Handler = (
  call: { readonly request: unknown },
  done: (error: Partial<ServiceError> | null | undefined, response?: unknown) => void,
) => unknown;

/**
 * Creates a client of a gRPC service in this process. Messages are serialized as for a connection. There is none, because connections took more than
 * half of the time of these tests.
 *
 * @param definitions the methods of the service
 */
export function clientInProcess<Client>(
  ClientClass: new (
    address: string,
    security: ReturnType<typeof credentials.createInsecure>,
    options: ClientOptions,
  ) => Client,
  address: string,
  definitions: object,
  service: UntypedServiceImplementation,
): Client {
  const entries = Object.entries(definitions as Record<string, MethodDefinition<unknown, unknown>>);
  const named = new Map(entries.map((entry) => [entry[1].path, entry]));
  const call = ({ method_definition: { path } }: { method_definition: { path: string } }) => {
    const [name, method] = named.get(path) as (typeof entries)[number];
    const handle = service[name] as Handler;
    let listener: Listener;
    const end = ({
      code = status.UNKNOWN,
      details,
      message = "",
      metadata = new Metadata(),
    }: Partial<ServiceError>) => {
      listener.onReceiveStatus?.({ code, details: details ?? message, metadata }, () => {});
    };
    const send = (message: unknown) => {
      orFail(() => {
        const request = method.requestDeserialize(method.requestSerialize(message));
        handle.call(service, { request }, (error, response) => {
          if (error) return end(error);
          orFail(() => {
            const received = method.responseDeserialize(method.responseSerialize(response));
            listener.onReceiveMessage?.(received, () => {});
            end({ code: status.OK, details: "" });
          });
        });
      });
    };
    const orFail = (action: () => void) => {
      try {
        action();
      } catch (error) {
        end({ code: status.INTERNAL, details: String(error) });
      }
    };
    // The methods that grpc-js calls for a unary call.
    const unary = {
      start: (_metadata: Metadata, given: Listener) => {
        listener = given;
      },
      // Deferred, because a real service never responds before the call returns.
      sendMessage: (message: unknown) => setImmediate(send, message),
      halfClose: () => {},
      startRead: () => {},
    };
    return unary as unknown as InterceptingCall;
  };
  return new ClientClass(address, credentials.createInsecure(), { interceptors: [call as never] });
}

/** Opens the engine's address. Programs connect to it only to notice the engine's end. */
export async function listen(): Promise<{ readonly address: string; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `127.0.0.1:${port}`, close };
}
