import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { createDatabase, type Postgres } from "../../postgres";
import { Lab, type Run } from "./lab";

/** A worker of a lab's fleet. */
export interface LabWorker {
  readonly pid: number;
  /** All that it has said so far. */
  readonly said: () => string;
  /** Waits until it has said something. */
  readonly until: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends it and all that it has started, as where its machine is gone. */
  readonly losePower: () => void;
  readonly ended: Promise<Run>;
}

/** Something in PostgreSQL that others wait for until it is released. */
export interface HeldLock {
  /** Settles when somebody waits. */
  waitedFor(): Promise<void>;
  release(): Promise<void>;
}

/** A fleet with a database and a Pinterest of its own; state is in the same database. */
export class FleetLab {
  private workers: LabWorker[] = [];

  private constructor(
    readonly lab: Lab,
    readonly database: string,
    private readonly release: () => Promise<void>,
  ) {}

  /** @param server a server of the fleet's own, which is stopped with it. By default a database on the server of all test files. */
  static async open(server?: Postgres): Promise<FleetLab> {
    const address = server === undefined ? await createDatabase() : `${server.url}/postgres`;
    const release = async () => server?.stop();
    // The server asks for no password; nothing is to show it all the same.
    const database = `${address.replace("@", ":password-in-clear@")}?sslmode=disable`;
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

  /** `pulumi-pinterest fleet …`; fails with all that it printed when it does not end as expected. */
  async fleet(args: readonly string[], exitCode = 0): Promise<Run> {
    const run = await this.lab.cli("fleet", ...args);
    if (run.exitCode !== exitCode) {
      throw new Error(`fleet ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
    }
    return run;
  }

  /** The same with `--json`. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.fleet([...args, "--json"])).stdout) as T;
  }

  /** Takes a list of merchants for the plan. */
  plan(merchants: readonly Record<string, unknown>[], ...args: string[]): Promise<Record<string, number>> {
    const file = join(this.lab.directory, "merchants.jsonl");
    writeFileSync(file, merchants.map((merchant) => JSON.stringify(merchant)).join("\n"));
    return this.json("plan", file, ...args);
  }

  /**
   * Makes so many accounts at Pinterest, whose tokens an account command prints.
   *
   * @returns their names.
   */
  accounts(count: number): string[] {
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
    // Relative to where the packages are, not to where the engine runs.
    this.lab.environment.PINTEREST_ACCOUNT_COMMAND = JSON.stringify(["node", "./tokens.cjs"]);
    return names;
  }

  work(...args: string[]): LabWorker {
    const { child, ended } = this.lab.launch(
      "node",
      join(this.lab.directory, "node_modules/.bin/pulumi-pinterest"),
      "fleet",
      "worker",
      ...args,
    );
    let said = "";
    const heard: (() => void)[] = [];
    child.stderr?.on("data", (text: string) => {
      said += text;
      for (const hear of heard) hear();
    });
    const worker: LabWorker = {
      pid: child.pid as number,
      said: () => said,
      until: (pattern) =>
        new Promise((resolve, reject) => {
          const look = () => pattern.test(said) && resolve();
          heard.push(look);
          look();
          void ended.then(({ output }) =>
            reject(new Error(`the worker ended without ${pattern}:\n${output}`)),
          );
        }),
      kill: (signal) => child.kill(signal),
      losePower: () => {
        for (const pid of withDescendants(child.pid as number)) killAnyway(pid);
      },
      ended,
    };
    this.workers.push(worker);
    return worker;
  }

  /** Lets the queue begin failed shards again after one second. */
  async retrySoon(): Promise<void> {
    await this.execute("update pinterest_fleet_queue.queue set retry_delay = 1 where name = 'shards'");
  }

  /** Makes the last sign of life of every worker a minute older, so that those that were killed count as dead. */
  async presumeDead(): Promise<void> {
    await this.execute("update pinterest_fleet.engine set alive_at = alive_at - interval '1 minute'");
    await this.execute(
      "update pinterest_fleet_queue.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'",
    );
  }

  /** All tables of the database, as statements name them. */
  tables(): Promise<{ name: string }[]> {
    return this.rows(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
  }

  /** All that the backend keeps, states and what was before them. */
  async states(): Promise<{ key: string; text: string }[]> {
    const rows = await this.rows<{ key: string; data: { data: string } }>(
      "select key, data from pulumi_state",
    );
    return rows.map(({ key, data }) => ({ key, text: Buffer.from(data.data, "base64").toString("utf8") }));
  }

  /** Keeps everybody from writing to a table, as somebody's long statement does, until it is released. */
  lock(table: string): Promise<HeldLock> {
    return this.hold(`lock table ${table} in share mode`, "relation");
  }

  /** Holds an advisory lock. */
  advisoryLock(number: number): Promise<HeldLock> {
    return this.hold(`select pg_advisory_xact_lock(${number})`, "advisory");
  }

  private async hold(statement: string, kind: "relation" | "advisory"): Promise<HeldLock> {
    const client = new Client({ connectionString: this.database });
    await client.connect();
    await client.query("begin");
    await client.query(statement);
    return {
      waitedFor: async () => {
        await this.until(`select from pg_locks where not granted and locktype = '${kind}'`);
      },
      release: async () => {
        await client.query("rollback");
        await client.end();
      },
    };
  }

  /** Waits until a query has rows. */
  async until(sql: string): Promise<void> {
    while ((await this.rows(sql)).length === 0) await setTimeout(100);
  }

  /** Rows of a query in the fleet's database. */
  rows<T>(sql: string): Promise<T[]> {
    return this.execute(sql) as Promise<T[]>;
  }

  /** Runs a statement there. */
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

function killAnyway(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function withDescendants(root: number): number[] {
  const { stdout } = spawnSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  // Grows while it is gone through.
  for (const parent of found)
    found.push(...processes.flatMap(([pid, ppid]) => (ppid === parent ? [pid as number] : [])));
  return found;
}

/** So many merchants, each with a tag of its own. */
export function shops(count: number, given: Record<string, unknown> = {}): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `shop-${index + 1}`,
    externalBusinessId: `id-${index + 1}`,
    connectedTagId: String(100 + index),
    ...given,
  }));
}
