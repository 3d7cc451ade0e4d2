import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RateLimiterPostgres, RateLimiterQueue } from "rate-limiter-flexible";
import { FleetError } from "../fleet-error";
import { optionalPackage } from "../optional-package";
import type { Database } from "../store/database";
import { schema } from "../store/migrations";
import { requestsPerSecond } from "../store/settings";
import { Waiters } from "./waiters";

/** A worker's share of the limit on requests of all workers together. */
export interface Cap {
  /** Socket at which the worker's processes ask before each request. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Interval in which the limit is read again, in milliseconds, because it can change while workers run. */
const readEveryMs = 5_000;

/** The key under which all workers of a fleet count. */
const key = "requests";

/**
 * Limits the requests per second of all workers to the fleet's setting. They count in one row of PostgreSQL, in windows of one second.
 * While PostgreSQL does not answer, no request is sent.
 *
 * @throws FleetError if there is a limit, and the limiter's package is not installed.
 */
export async function openCap(
  database: Database,
  log: (line: string) => void,
  readEvery = readEveryMs,
): Promise<Cap> {
  const setting = new Setting(database);
  await setting.read();
  const reading = setInterval(
    () =>
      void setting.read().catch((error: Error) => log(`cannot read the limit on requests: ${error.message}`)),
    readEvery,
  );
  const waiters = new Waiters(() => setting.turn());
  const server = createServer((incoming, answer) => {
    const waiter = { go: () => void answer.writeHead(204).end(), isGone: false };
    answer.once("close", () => {
      waiter.isGone = true;
    });
    incoming.resume();
    waiters.add(waiter);
  });
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-cap-"));
  const socketPath = join(directory, "socket");
  await listening(server, socketPath);
  return {
    socketPath,
    close: async () => {
      clearInterval(reading);
      waiters.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The current limit. */
class Setting {
  private cap: number | null = null;
  /** Undefined if there is no limit. */
  private queue: RateLimiterQueue | undefined;
  /** Whether there is a limit that cannot be enforced here. No request is sent then. */
  private isClosed = false;

  constructor(private readonly database: Database) {}

  /** Resolves when one request may be sent. */
  async turn(): Promise<void> {
    if (this.isClosed)
      throw new FleetError(
        "the fleet's request limit cannot be enforced, so no request is sent. Check the worker's log for the cause",
      );
    await this.queue?.removeTokens(1, key);
  }

  async read(): Promise<void> {
    const cap = await requestsPerSecond(this.database.statements);
    if (cap === this.cap && !this.isClosed) return;
    this.isClosed = cap !== null;
    this.queue = cap === null ? undefined : await this.queueFor(cap);
    this.cap = cap;
    this.isClosed = false;
  }

  private async queueFor(cap: number): Promise<RateLimiterQueue> {
    const { RateLimiterPostgres, RateLimiterQueue } = await optionalPackage(
      () => import("rate-limiter-flexible"),
    );
    const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
      const made: RateLimiterPostgres = new RateLimiterPostgres(
        {
          storeClient: this.database.pool,
          storeType: "pool",
          schemaName: schema,
          tableName: "request_limit",
          keyPrefix: "",
          points: cap,
          duration: 1,
          // After the window is used up, waits for its end without further statements.
          inMemoryBlockOnConsumed: cap,
        },
        (error?: Error) => (error ? reject(error) : resolve(made)),
      );
    });
    return new RateLimiterQueue(limiter);
  }
}

function listening(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
}
