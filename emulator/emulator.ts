import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { Administration } from "./administration";
import { ADMINISTRATION_PATH, administrationApp } from "./administration-http";
import { mountApi } from "./api";
import { type Listening, listen } from "./server";
import { Runtime } from "./state";
import type { Switches } from "./switches";

/** How an emulator starts. */
export interface EmulatorOptions {
  /** The port on 127.0.0.1. Default 0: any free one. */
  port?: number | undefined;
  /** How many accounts there are at first: shop-1, shop-2, … Default 2. */
  accounts?: number | undefined;
  /** Where it leaves Pinterest's usual (or presumed) behaviour. */
  switches?: Partial<Switches> | undefined;
  /** Two emulators with different seeds give out different numbers. Default 0. */
  seed?: number | undefined;
  /** The time, in milliseconds since 1970. Default: the computer's. */
  now?: (() => number) | undefined;
  /** How many of the latest requests the log keeps. Default 10,000. */
  logLimit?: number | undefined;
}

/** A running emulator: where it is, how to administer it, how to end it. */
export class Emulator extends Administration {
  /** What a client takes as the API's address; ends in `/v5`. */
  readonly url: string;
  /** Where the same administrative calls are for other processes. */
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

  /** Ends it; connections that clients hold open are closed. */
  async stop(): Promise<void> {
    this.release();
    await this.#server.stop();
  }
}

/**
 * Starts a local Pinterest on the loopback address.
 * @throws Error when the port is in use; ZodError for a switch that does not exist or a value it cannot take
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const runtime = new Runtime({
    switches: options.switches ?? {},
    accounts: options.accounts ?? 2,
    seed: options.seed ?? 0,
    now: options.now ?? Date.now,
    logLimit: options.logLimit ?? 10_000,
  });
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route(ADMINISTRATION_PATH, administrationApp(new Administration(runtime)));
  mountApi(app, runtime);
  return new Emulator(runtime, await listen(app, options.port ?? 0));
}
