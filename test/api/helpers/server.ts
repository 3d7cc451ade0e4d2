import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { afterEach } from "@jest/globals";
import type { Certificate } from "./certificate";

/** A request as the server received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestServer {
  /** The API's address on this server. */
  readonly apiUrl: string;
  readonly origin: string;
  readonly port: number;
  /** All requests so far. */
  readonly requests: readonly ReceivedRequest[];
  /** The number of connections so far. */
  readonly connections: number;
}

export type Handler = (request: ReceivedRequest, response: ServerResponse) => void;

const open = new Set<{ server: Server; sockets: Set<Socket> }>();

afterEach(async () => {
  for (const { server, sockets } of open) {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  open.clear();
});

/** Start a server on a free local port. It stops at the end of the test. */
export async function serve(handler: Handler, tls?: Certificate): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      handler(received, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.add({ server, sockets });
  const { port } = server.address() as AddressInfo;
  const origin = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return {
    apiUrl: `${origin}/v5`,
    origin,
    port,
    requests,
    get connections() {
      return connections;
    },
  };
}

/** A handler that always sends the same response. It sends a body that is not a string as JSON. */
export function respondWith(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(status === 204 ? undefined : text);
  };
}
