import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { Administration } from "./administration";
import { ADMINISTRATION_PATH, administrationApp } from "./administration-http";
import { mountApi } from "./api";
import { type Listening, listen } from "./server";
import { Runtime } from "./state";
import type { Switches } from "./switches";
import { TRAFFIC_VARIABLE, trafficRecorder } from "./traffic";

/** Options of an emulator. */
export interface EmulatorOptions {
  /** Port on 127.0.0.1. Default: 0, any free port. */
  port?: number | undefined;
  /** Number of accounts at the start: shop-1, shop-2, … Default: 2. */
  accounts?: number | undefined;
  /** Switches that change Pinterest's usual or presumed behavior. */
  switches?: Partial<Switches> | undefined;
  /** Seed of IDs and random choices. Default: 0. */
  seed?: number | undefined;
  /** The current time in milliseconds since 1970. Default: the computer's clock. */
  now?: (() => number) | undefined;
  /** Number of requests that the log keeps. Default: 10,000. */
  logLimit?: number | undefined;
}

/** A running emulator. */
export class Emulator extends Administration {
  /** Address of the API for clients. Ends in `/v5`. */
  readonly url: string;
  /** Address of the administrative calls over HTTP. */
  readonly administrationUrl: string;
  readonly #server: Listening;

  /** @internal */
  constructor(runtime: Runtime, server: Listening) {
    super(runtime);
    const origin = `http://127.0.0.1:${server.port}`;
    this.url = `${origin}/v5`;
    this.administrationUrl = `${origin}${ADMINISTRATION_PATH}`;
    this.#server = server;
  }

  /** Stops the emulator, and closes open connections. */
  async stop(): Promise<void> {
    this.release();
    await this.#server.stop();
  }
}

/**
 * Starts a local Pinterest on the loopback address.
 *
 * @throws Error if the port is in use; ZodError for an unknown switch or an invalid value.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const directory = process.env[TRAFFIC_VARIABLE];
  const runtime = new Runtime(
    {
      switches: options.switches ?? {},
      accounts: options.accounts ?? 2,
      seed: options.seed ?? 0,
      now: options.now ?? Date.now,
      logLimit: options.logLimit ?? 10_000,
    },
    directory ? trafficRecorder(directory) : undefined,
  );
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route(ADMINISTRATION_PATH, administrationApp(new Administration(runtime)));
  mountApi(app, runtime);
  return new Emulator(runtime, await listen(app, options.port ?? 0));
}
