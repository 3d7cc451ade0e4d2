import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";

/** A listening server, and a function that stops it. */
export interface Listening {
  readonly port: number;
  /** Stops it, and closes open connections. */
  stop(): Promise<void>;
}

/**
 * Serves an app on the loopback address.
 *
 * @throws Error if the port is in use or not allowed.
 */
export async function listen(app: Hono<{ Bindings: HttpBindings }>, port: number): Promise<Listening> {
  // The adapter's own Request and Response are faster, but they would replace the caller's globals.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  // Longer than clients keep a connection, so that none is closed while a request is sent.
  server.keepAliveTimeout = 65_000;
  await bound(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bound(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message = error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message;
      reject(new Error(`The emulator cannot listen: ${message}.`, { cause: error }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
