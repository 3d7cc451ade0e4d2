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
  const methods = definitions as Record<string, MethodDefinition<unknown, unknown>>;
  const names = new Map(Object.entries(methods).map(([name, { path }]) => [path, name]));
  const call = ({ method_definition: { path } }: { method_definition: { path: string } }) => {
    const name = names.get(path) ?? "";
    const method = methods[name];
    const handle = service[name] as Handler | undefined;
    let listener: Listener;
    let isEnded = false;
    const end = ({
      code = status.UNKNOWN,
      details,
      message = "",
      metadata = new Metadata(),
    }: Partial<ServiceError>) => {
      if (isEnded) return;
      isEnded = true;
      listener.onReceiveStatus?.({ code, details: details ?? message, metadata }, () => {});
    };
    const send = (message: unknown) => {
      if (method === undefined || handle === undefined)
        return end({ code: status.UNIMPLEMENTED, details: path });
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
      cancelWithStatus: (code: status, details: string) => end({ code, details }),
      getPeer: () => address,
    };
    return unary as unknown as InterceptingCall;
  };
  return new ClientClass(address, credentials.createInsecure(), { interceptors: [call as never] });
}
