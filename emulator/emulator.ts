import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { getPath, getPathNoStrict } from "hono/utils/url";
import { Administration } from "./administration";
import { administrationApp, administrationPath } from "./administration-http";
import { addApi } from "./api";
import { type EmulatorOptions, Runtime } from "./state";

/** A running emulator. */
export class Emulator extends Administration {
  /** Base URL of the API. It ends in `/v5`. */
  readonly url: string;
  /** Base URL of the administrative calls. */
  readonly administrationUrl: string;

  /** @internal */
  constructor(
    runtime: Runtime,
    private readonly server: Server,
  ) {
    super(runtime);
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.url = `${origin}/v5`;
    this.administrationUrl = `${origin}${administrationPath}`;
  }

  /** Stops the emulator and closes its connections. */
  stop(): Promise<void> {
    this.release();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

/**
 * Starts an emulator.
 *
 * @throws Error if the port is in use; ZodError for an unknown switch or an invalid value.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const runtime = new Runtime(options);
  const app = new Hono<{ Bindings: HttpBindings }>({ getPath: pathOf });
  app.route(administrationPath, administrationApp(new Administration(runtime)));
  addApi(app, runtime);
  // The adapter's own Request and Response are faster, but would replace the globals of this process.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  // Longer than clients keep idle connections, so that none closes while a client sends a request on it.
  server.keepAliveTimeout = 65_000;
  await listen(server, options.port ?? 0);
  return new Emulator(runtime, server);
}

/** The path of a request. In an administrative call, a slash at the end is ignored, because people write these calls by hand. */
function pathOf(request: Request): string {
  const path = getPath(request);
  return path.startsWith(`${administrationPath}/`) ? getPathNoStrict(request) : path;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message =
        error.code === "EADDRINUSE"
          ? `port ${port} is in use. Stop the other program, which may be an emulator, or use another port`
          : error.message;
      reject(new Error(`The emulator cannot listen: ${message}.`, { cause: error }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
