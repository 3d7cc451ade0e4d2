import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RateLimiterPostgres, RateLimiterQueue } from "rate-limiter-flexible";
import { FleetError, optionalPackage } from "../fleet-error";
import type { Database } from "../store/database";
import { schema } from "../store/schema";
import { requestsPerSecond } from "../store/settings";

/** A worker's share of the limit on requests of all workers together. */
interface RequestLimit {
  /** Socket at which the worker's processes ask before each request. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Interval in which the limit is read again, in milliseconds, because it can change while workers run. */
const readEveryMs = 5_000;

/** Prefix of the directories of sockets. */
const prefix = "pulumi-pinterest-limit-";
const socketName = "socket";

/** The key under which all workers of a fleet count. */
const key = "requests";

/**
 * Limits the requests per second of all workers to the fleet's setting. They count in one row of PostgreSQL, in windows of one second.
 * While PostgreSQL does not answer, no request is sent.
 *
 * @throws FleetError if there is a limit, and the limiter's package is not installed.
 */
export async function openRequestLimit(
  database: Database,
  log: (line: string) => void,
  readEvery = readEveryMs,
): Promise<RequestLimit> {
  const setting = new Setting(database);
  await setting.read();
  const reading = setInterval(
    () =>
      void setting.read().catch((error: Error) => log(`cannot read the limit on requests: ${error.message}`)),
    readEvery,
  );
  const waiters = new Waiters(() => setting.turn());
  const server = createServer((incoming, answer) => {
    const waiter = { go: () => void answer.writeHead(204).end(), isClosed: false };
    answer.once("close", () => {
      waiter.isClosed = true;
    });
    incoming.resume();
    waiters.add(waiter);
  });
  await removeAbandonedSockets();
  const directory = mkdtempSync(join(tmpdir(), prefix));
  const socketPath = join(directory, socketName);
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

/** The fleet's setting, and turns within it. */
class Setting {
  private limit: number | null | undefined = null;

  /** Resolves when one request may be sent. */
  turn: () => Promise<unknown> = unlimited;

  constructor(private readonly database: Database) {}

  async read(): Promise<void> {
    const limit = await requestsPerSecond(this.database.statements);
    if (limit === this.limit) return;
    // If the limit cannot be enforced here, no request is sent, and the next call tries again.
    this.limit = undefined;
    this.turn = refused;
    const queue = limit === null ? undefined : await queueFor(this.database, limit);
    this.turn = queue === undefined ? unlimited : () => queue.removeTokens(1, key);
    this.limit = limit;
  }
}

const unlimited = async (): Promise<void> => {};

async function refused(): Promise<never> {
  throw new FleetError(
    "the fleet's request limit cannot be enforced, so no request is sent. Check the worker's log for the cause",
  );
}

async function queueFor({ statements }: Database, limit: number): Promise<RateLimiterQueue> {
  const { RateLimiterPostgres, RateLimiterQueue } = await optionalPackage(
    () => import("rate-limiter-flexible"),
  );
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const created: RateLimiterPostgres = new RateLimiterPostgres(
      {
        storeClient: statements,
        storeType: "pool",
        schemaName: schema,
        tableName: "request_limit",
        keyPrefix: "",
        points: limit,
        duration: 1,
        // After the window is used up, waits for its end without further statements.
        inMemoryBlockOnConsumed: limit,
      },
      (error?: Error) => (error ? reject(error) : resolve(created)),
    );
  });
  return new RateLimiterQueue(limiter);
}

function listening(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
}

/** Deletes the sockets of killed workers. */
async function removeAbandonedSockets(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const directory = join(tmpdir(), name);
    if (await isRefused(join(directory, socketName))) rmSync(directory, { recursive: true, force: true });
  }
}

/** Whether no process listens at a socket. */
function isRefused(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code === "ECONNREFUSED"));
  });
}

/** Wait after a failure before the next turn is requested, in milliseconds. */
const retryTurnMs = 500;

/** A waiting request. */
export interface Waiter {
  readonly go: () => void;
  isClosed: boolean;
}

/** The waiting requests of this process, in order of arrival. Turns are taken only for requests that still wait. */
export class Waiters {
  private waiting: Waiter[] = [];
  private isServing = false;
  private hasEnded = false;

  /** @param turn resolves with the next turn. If it rejects, it is called again. */
  constructor(private readonly turn: () => Promise<unknown>) {}

  add(waiter: Waiter): void {
    this.waiting.push(waiter);
    if (!this.isServing) void this.serve();
  }

  end(): void {
    this.hasEnded = true;
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    while (!this.hasEnded && this.dropClosed()) {
      try {
        await this.turn();
      } catch {
        await sleep(retryTurnMs);
        continue;
      }
      this.dropClosed();
      this.waiting.shift()?.go();
    }
    this.isServing = false;
  }

  /** Returns whether a request waits. */
  private dropClosed(): boolean {
    while (this.waiting[0]?.isClosed) this.waiting.shift();
    return this.waiting.length > 0;
  }
}
