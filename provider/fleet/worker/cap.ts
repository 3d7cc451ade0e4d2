import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RateLimiterPostgres, RateLimiterQueue } from "rate-limiter-flexible";
import { optionalPackage } from "../optional-package";
import type { Database } from "../store/database";
import { schema } from "../store/migrations";
import { requestsPerSecond } from "../store/settings";

/** A worker's share of the cap on requests that all workers have together. */
export interface Cap {
  /** Where its processes ask for leave, before each request. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/** How often the cap is read anew, in milliseconds: it may be changed while workers run. */
const readEvery = 5_000;

/** How long after a failure PostgreSQL is asked again, in milliseconds. */
const askAgainAfter = 500;

/** What all workers of a fleet count under. */
const key = "requests";

/**
 * Gives leave to send requests, as many a second as the fleet's setting says over all workers: they count in one row of PostgreSQL, in
 * windows of a second. While PostgreSQL does not answer nobody gets leave.
 *
 * @throws FleetError where there is a cap, and the limiter's package is not installed.
 */
export async function openCap(database: Database): Promise<Cap> {
  const setting = new Setting(database);
  await setting.read();
  const reading = setInterval(() => void setting.read().catch(() => {}), readEvery);
  const server = createServer((incoming, answer) => {
    const gone = new AbortController();
    answer.once("close", () => gone.abort());
    incoming.resume();
    void leave(setting, gone.signal).then(() => answer.writeHead(204).end());
  });
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-cap-"));
  const socketPath = join(directory, "socket");
  await listening(server, socketPath);
  return {
    socketPath,
    close: async () => {
      clearInterval(reading);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function leave(setting: Setting, gone: AbortSignal): Promise<void> {
  while (setting.queue !== undefined && !gone.aborted) {
    try {
      await setting.queue.removeTokens(1, key);
      return;
    } catch {
      await setTimeout(askAgainAfter, undefined, { signal: gone }).catch(() => {});
    }
  }
}

/** The cap as it is set, and who waits for it in this process. */
class Setting {
  /** Nothing where there is no cap. */
  queue: RateLimiterQueue | undefined;
  private cap: number | null = null;

  constructor(private readonly database: Database) {}

  async read(): Promise<void> {
    const cap = await requestsPerSecond(this.database.statements);
    if (cap === this.cap) return;
    this.queue = cap === null ? undefined : await this.queueFor(cap);
    this.cap = cap;
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
          // When the window is used up it is not asked again before its end.
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
