import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { createDatabase, type Postgres } from "../../postgres";
import { afterAll, beforeAll } from "../../with-postgres";
import { Lab, type Run } from "./lab";

/** A worker of a lab's fleet. */
export interface LabWorker {
  readonly pid: number;
  /** Resolves when the log matches a pattern. Rejects if the worker ends before. */
  readonly waitForLog: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills the worker and all processes that it started, as a power failure of its machine does. */
  readonly killTree: () => void;
  readonly ended: Promise<Run>;
}

/** A lock in PostgreSQL that the test holds. */
export interface HeldLock {
  /** Resolves when another session waits for the lock. */
  waitUntilContended(): Promise<void>;
  release(): Promise<void>;
}

/** A fleet with its own database and emulator. The database also stores Pulumi's state. */
export class FleetLab {
  private workers: LabWorker[] = [];

  private constructor(
    readonly lab: Lab,
    readonly database: string,
    private readonly release: () => Promise<void>,
  ) {}

  /** @param server a server for this fleet only, which `close` stops. @default a new database on the server of all test files */
  static async open(server?: Postgres): Promise<FleetLab> {
    const address = server === undefined ? await createDatabase() : `${server.url}/postgres`;
    const release = async () => server?.stop();
    // The server ignores the password. The tests check that no output shows it.
    const database = `${address.replace("@", ":password-in-plaintext@")}?sslmode=disable`;
    try {
      const lab = await Lab.open({
        environment: {
          PINTEREST_FLEET_DATABASE: database,
          PINTEREST_FLEET_PASSPHRASE: "a passphrase of the lab",
        },
      });
      lab.environment.PULUMI_BACKEND_URL = database;
      return new FleetLab(lab, database, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.kill("SIGTERM");
    await Promise.all(this.workers.map(({ ended }) => ended));
    await this.lab.close();
    await this.release();
  }

  /** Runs `pulumi-pinterest fleet`. @throws Error with the output if the exit code is another one */
  async run(args: readonly string[], exitCode = 0): Promise<Run> {
    const run = await this.lab.cli("fleet", ...args);
    if (run.exitCode !== exitCode) {
      throw new Error(`fleet ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
    }
    return run;
  }

  /** Runs `pulumi-pinterest fleet` with `--json`, and parses its output. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.run([...args, "--json"])).stdout) as T;
  }

  /** Writes a merchant list to a file, and runs `fleet plan` with it. */
  plan(merchants: readonly Record<string, unknown>[], ...args: string[]): Promise<Record<string, number>> {
    const file = join(this.lab.directory, "merchants.jsonl");
    writeFileSync(file, merchants.map((merchant) => JSON.stringify(merchant)).join("\n"));
    return this.json("plan", file, ...args);
  }

  /**
   * Adds accounts to the emulator, and sets an account command that prints their tokens.
   *
   * @returns the names of the accounts.
   */
  addAccounts(count: number): string[] {
    const names = Array.from({ length: count }, (_, index) => `account-${index}`);
    const tokens = Object.fromEntries(
      names.map((name) => [name, this.lab.emulator.addAccount({ name }).access_tokens[0]]),
    );
    writeFileSync(
      join(this.lab.directory, "tokens.cjs"),
      `const { accounts } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
       const tokens = ${JSON.stringify(tokens)};
       console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, tokens[name]]))));`,
    );
    // The path is relative to the directory of the packages, not to the working directory of the engine.
    this.lab.environment.PINTEREST_ACCOUNT_COMMAND = JSON.stringify(["node", "./tokens.cjs"]);
    return names;
  }

  /** Resolves when a `slow` fault delays this number of requests. */
  async waitForDelayed(fault: number, count = 1): Promise<void> {
    while (this.lab.emulator.held(fault) < count) await setTimeout(50);
  }

  /** Starts `pulumi-pinterest fleet worker`. */
  startWorker(...args: string[]): LabWorker {
    const { child, ended } = this.lab.launch(
      "node",
      join(this.lab.directory, "node_modules/.bin/pulumi-pinterest"),
      "fleet",
      "worker",
      ...args,
    );
    let log = "";
    const listeners: (() => void)[] = [];
    child.stderr?.on("data", (text: string) => {
      log += text;
      for (const listener of listeners) listener();
    });
    const worker: LabWorker = {
      pid: child.pid as number,
      waitForLog: (pattern) =>
        new Promise((resolve, reject) => {
          const check = () => pattern.test(log) && resolve();
          listeners.push(check);
          check();
          void ended.then(({ output }) =>
            reject(new Error(`the worker ended before its log matched ${pattern}:\n${output}`)),
          );
        }),
      kill: (signal) => child.kill(signal),
      killTree: () => {
        for (const pid of withDescendants(child.pid as number)) killIfRunning(pid);
      },
      ended,
    };
    this.workers.push(worker);
    return worker;
  }

  /**
   * Prepares the queue for killed workers: their shards are retried one second after {@link expireHeartbeats}, and not before, even on a slow
   * machine.
   */
  async prepareForKills(): Promise<void> {
    await this.execute(
      "update pinterest_fleet_queue.queue set retry_delay = 1, heartbeat_seconds = 3600 where name = 'shards'",
    );
  }

  /** Moves the last heartbeat of every worker into the past, so that killed workers count as dead. */
  async expireHeartbeats(): Promise<void> {
    await this.execute("update pinterest_fleet.claim set alive_at = alive_at - interval '2 hours'");
    await this.execute(
      "update pinterest_fleet_queue.job set heartbeat_on = heartbeat_on - interval '2 hours' where state = 'active'",
    );
  }

  /** The texts of all tables of the database, and of all files of the state backend, including earlier states. */
  async stored(): Promise<{ place: string; text: string }[]> {
    const tables = await this.rows<{ place: string }>(
      `select format('%I.%I', table_schema, table_name) as place from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const texts: { place: string; text: string }[] = [];
    for (const { place } of tables)
      texts.push(
        ...(await this.rows<{ place: string; text: string }>(
          `select '${place}' as place, coalesce(string_agg(t::text, ' '), '') as text from ${place} as t`,
        )),
      );
    const files = await this.rows<{ key: string; data: { data: string } }>(
      "select key, data from pulumi_state",
    );
    return [
      ...texts,
      ...files.map(({ key, data }) => ({
        place: key,
        text: Buffer.from(data.data, "base64").toString("utf8"),
      })),
    ];
  }

  /** Blocks all writes to a table. */
  lockTable(table: string): Promise<HeldLock> {
    return this.lock(`lock table ${table} in share mode`, "relation");
  }

  acquireAdvisoryLock(number: number): Promise<HeldLock> {
    return this.lock(`select pg_advisory_xact_lock(${number})`, "advisory");
  }

  private async lock(statement: string, kind: "relation" | "advisory"): Promise<HeldLock> {
    const client = new Client({ connectionString: this.database });
    await client.connect();
    await client.query("begin");
    await client.query(statement);
    return {
      waitUntilContended: async () => {
        await this.waitForRows(`select from pg_locks where not granted and locktype = '${kind}'`);
      },
      release: async () => {
        await client.query("commit");
        await client.end();
      },
    };
  }

  /** Resolves with the rows of a query when there are some. */
  async waitForRows<T = unknown>(sql: string): Promise<T[]> {
    for (;;) {
      const rows = await this.rows<T>(sql);
      if (rows.length > 0) return rows;
      await setTimeout(100);
    }
  }

  /** Runs a query in the fleet's database, and returns its rows. */
  rows<T>(sql: string): Promise<T[]> {
    return this.execute(sql) as Promise<T[]>;
  }

  /** Runs a statement in the fleet's database. */
  async execute(sql: string, values: readonly unknown[] = []): Promise<unknown[]> {
    const client = new Client({ connectionString: this.database });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }
}

/**
 * Opens a fleet before the tests of a file, and closes it after them.
 *
 * @returns a fleet without fields until `beforeAll` has run, so that a file can declare it as a `const`. Use it only in hooks and tests.
 */
export function fleetOfFile(): FleetLab {
  const fleet: FleetLab = Object.create(FleetLab.prototype);
  beforeAll(async () => void Object.assign(fleet, await FleetLab.open()));
  afterAll(() => fleet.close());
  return fleet;
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has exited by itself.
  }
}

/** The IDs of a process and its descendants. */
function withDescendants(root: number): number[] {
  const { stdout } = spawnSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  // The loop also visits the children that it appends.
  for (const parent of found)
    found.push(...processes.flatMap(([pid, ppid]) => (ppid === parent ? [pid as number] : [])));
  return found;
}

/** Merchants `shop-1` to `shop-<count>`, each with its own external business ID and tag, and with the given arguments. */
export function shops(count: number, given: Record<string, unknown> = {}): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `shop-${index + 1}`,
    externalBusinessId: `id-${index + 1}`,
    connectedTagId: String(100 + index),
    ...given,
  }));
}
