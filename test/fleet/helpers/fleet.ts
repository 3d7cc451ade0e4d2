import crypto, { randomUUID } from "node:crypto";
import { jest } from "@jest/globals";
import { type Merchant, merchantOf } from "../../../fleet/merchants/merchant";
import type { MerchantStatus, ShardOutcome } from "../../../fleet/outcome";
import { type Plan, plan } from "../../../fleet/plan/plan";
import { Database } from "../../../fleet/store/database";
import { interruptedDeployments, startDeployment } from "../../../fleet/store/deployment";
import { storeOutcome } from "../../../fleet/store/outcome";
import { queueSchema } from "../../../fleet/store/queue";
import { historyOf } from "../../../fleet/store/results";
import { addRun, endAttempt, startAttempt } from "../../../fleet/store/runs";
import { pendingCondition, schema } from "../../../fleet/store/schema";
import { initialize, openFleet, readIdentity } from "../../../fleet/store/settings";
import { readShard } from "../../../fleet/store/shards";
import type { MerchantReport } from "../../../stack/report";
import { createDatabase } from "../../postgres";
import { afterAll, afterEach, beforeAll, beforeEach } from "../../with-postgres";

export const passphrase = "a passphrase of the tests";

/**
 * A PostgreSQL database whose tables are empty at the start of each test. The tests of a file share it, because creating one takes longer than a test.
 * Keys are derived from passphrases with HMAC, because scrypt takes 0.1 s.
 */
export class TestDatabase {
  /** The address: `postgres://…`. */
  url = "";
  private opened: Database | undefined;

  constructor() {
    let derivation: { mockRestore(): void };
    beforeAll(async () => {
      this.url = await createDatabase();
    });
    beforeEach(async () => {
      derivation = jest.spyOn(crypto, "scryptSync").mockImplementation(quickKey);
      const { statements } = await this.open();
      await statements.query(deleteRows);
    });
    afterEach(() => derivation.mockRestore());
    afterAll(() => this.opened?.close());
  }

  /** Opens the database as a fleet does. */
  async open(): Promise<Database> {
    this.opened ??= await Database.open(this.url);
    return this.opened;
  }
}

function quickKey(passphrase: crypto.BinaryLike, salt: crypto.BinaryLike): NonSharedBuffer {
  return crypto.createHmac("sha256", salt).update(passphrase).digest();
}

/** Deletes all rows. The tables stay, because creating or truncating them takes longer than a test. */
const deleteRows = `
  do $$
  declare name text;
  begin
    -- Disables checks of foreign keys.
    perform set_config('session_replication_role', 'replica', true);
    for name in
      select format('%I.%I', schemaname, tablename) from pg_tables
       where schemaname in ('${schema}', '${queueSchema}') and tablename <> 'version'
    loop
      execute 'delete from ' || name;
    end loop;
    perform setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
       from pg_sequences where schemaname = '${schema}';
  end $$`;

/** A fleet whose lists are planned and whose updates are simulated. */
export class TestFleet {
  private constructor(
    readonly database: Database,
    readonly opened: Awaited<ReturnType<typeof openFleet>>,
  ) {}

  static async create(database: Database, shardSize: number): Promise<TestFleet> {
    await initialize(database, passphrase, { project: "fleet", shardSize });
    return new TestFleet(database, await openFleet(database, passphrase));
  }

  /** The same fleet with another limit of merchants in a shard. */
  withShardSize(shardSize: number): TestFleet {
    const { settings, encryption } = this.opened;
    return new TestFleet(this.database, { settings: { ...settings, shardSize }, encryption });
  }

  plan(
    list: readonly Merchant[] | AsyncIterable<Merchant>,
    options: Partial<Parameters<typeof plan>[3]> = {},
  ): Promise<Plan> {
    const merchants = Symbol.asyncIterator in list ? list : from(list);
    return plan(this.database, this.opened, merchants, { shrinkLimitPercent: 10, ...options });
  }

  /**
   * Updates the first shard as a worker does, with a given outcome instead of an engine.
   *
   * @param outcome the status of each merchant, by name; "killed" if the worker is killed before it stores an outcome.
   * @param beforeOutcome runs during the update.
   * @param earlierRun the ID of a run to which this update is a further attempt. @default a new run
   * @returns the ID of the run.
   */
  async update(
    outcome:
      | (Partial<Omit<ShardOutcome, "merchants">> & { readonly merchants: Record<string, MerchantStatus> })
      | "killed",
    beforeOutcome: () => Promise<unknown> = async () => {},
    earlierRun?: string,
  ): Promise<string> {
    const { statements } = this.database;
    const shardId = 1;
    const runId = earlierRun ?? randomUUID();
    if (earlierRun === undefined) {
      await addRun(statements, runId, "up", [shardId]);
    }
    await startAttempt(statements, { runId, shardId }, "a worker", await readIdentity(statements));
    const operation = outcome === "killed" || outcome.operation !== "destroy" ? "up" : "destroy";
    await startDeployment(statements, shardId, { operation, refresh: false }, []);
    const shard = await readShard(statements, shardId, this.opened.encryption);
    await beforeOutcome();
    if (outcome === "killed") return runId;
    const merchants = Object.entries(outcome.merchants).map(([name, status]) => ({
      name,
      status,
      properties: [],
    }));
    const complete = { operation: "up", errors: [], interrupted: false, ...outcome, merchants } as const;
    await storeOutcome(statements, { runId, shardId }, shard, complete);
    return runId;
  }

  /** Checks the first shard for drift as a worker does, with given results instead of an engine. */
  async check(...reports: MerchantReport[]): Promise<void> {
    const { statements } = this.database;
    const [runId, shardId] = [randomUUID(), 1];
    await addRun(statements, runId, "drift", [shardId]);
    await startAttempt(statements, { runId, shardId }, "a worker", await readIdentity(statements));
    const shard = await readShard(statements, shardId, this.opened.encryption);
    const merchants = reports.map((report) => ({
      name: report.name,
      status: report.status,
      properties: [],
      report,
    }));
    const report = { project: this.opened.settings.project, stack: "shard-0001", directory: ".", errors: [] };
    await storeOutcome(statements, { runId, shardId }, shard, {
      operation: "drift",
      errors: [],
      interrupted: false,
      merchants,
      report,
    });
    await endAttempt(statements, { runId, shardId }, { kind: "done", errors: [] }, report);
  }

  /** The arguments that interrupted updates deployed, by merchant; "deleted" if they deleted the integration. */
  async interrupted(operation: "up" | "destroy" = "up"): Promise<Record<string, unknown>> {
    const task = { operation, refresh: false };
    const { encryption } = this.opened;
    const found = await interruptedDeployments(this.database.statements, 1, task, encryption);
    return Object.fromEntries(found.map(({ name, deployed }) => [name, deployed?.arguments ?? "deleted"]));
  }

  /** The statuses of a merchant in all runs, the newest first. */
  async history(name: string): Promise<string[]> {
    return (await historyOf(this.database.statements, name)).map(({ status }) => status);
  }

  /** The names of pending merchants. */
  async pending(): Promise<string[]> {
    const { rows } = await this.database.statements.query<{ name: string }>(
      `select name from pinterest_fleet.merchant where ${pendingCondition} order by name`,
    );
    return rows.map(({ name }) => name);
  }

  /** The names of each shard's merchants, including leaving ones, by stack. */
  async shards(): Promise<Record<string, string[]>> {
    const { rows } = await this.database.statements.query<{ stack: string; names: string[] }>(
      `select stack, array_agg(name order by name) as names
         from pinterest_fleet.merchant join pinterest_fleet.shard on shard.id = shard_id group by stack order by stack`,
    );
    return Object.fromEntries(rows.map(({ stack, names }) => [stack, names]));
  }
}

async function* from(list: readonly Merchant[]): AsyncGenerator<Merchant> {
  yield* list;
}

/** A merchant of a list. By default, its external business ID is its name after `id-`. */
export function merchant(name: string, given: Record<string, unknown> = {}): Merchant {
  const merchantOrProblems = merchantOf({ name, externalBusinessId: `id-${name}`, ...given });
  if (Array.isArray(merchantOrProblems)) throw new Error(merchantOrProblems.join("\n"));
  return merchantOrProblems as Merchant;
}

export function merchants(...names: string[]): Merchant[] {
  return names.map((name) => merchant(name));
}
