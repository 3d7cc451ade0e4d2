import fs, { mkdirSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, jest } from "@jest/globals";
import type { PgBoss } from "pg-boss";
import { plan } from "../../fleet/plan/plan";
import type { runShardAs } from "../../fleet/shard/run-shard";
import { fleetInvocation } from "../../fleet/shard/workspace";
import type { Database } from "../../fleet/store/database";
import { createQueue, openQueue, queueName, queueSchema } from "../../fleet/store/queue";
import { startRun } from "../../fleet/store/runs";
import { initialize, openFleet } from "../../fleet/store/settings";
import { joinFleet } from "../../fleet/worker/environment";
import { pattern } from "../expected/messages";
import { allShardsFail, waitsForShards } from "../expected/reports";
import { temporaryDirectory } from "../temporary-directory";
import { afterEach, beforeEach, test } from "../with-postgres";
import { merchant, merchants, passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

const mockRunShard = jest.fn<typeof runShardAs>();

/** Replaces the engine. Modules that are imported later use this mock. */
jest.mock("../../fleet/shard/run-shard", () => ({ runShardAs: mockRunShard }));

let directory: string;
let environment: NodeJS.ProcessEnv;
let queue: PgBoss;

beforeEach(async () => {
  directory = temporaryDirectory();
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(resolve(__dirname, "../.."), join(directory, "node_modules/pulumi-pinterest"));
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\necho '{"url": "s3://states"}'\n`, { mode: 0o755 });
  environment = {
    PATH: `${directory}:${process.env.PATH}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of states",
    PINTEREST_ACCESS_TOKEN: "pina_token",
    PINTEREST_API_URL: "http://127.0.0.1:4010/v5",
  };
});

afterEach(async () => {
  jest.restoreAllMocks();
  await queue.stop({ graceful: false });
});

/** A new fleet, before its first worker. */
async function newFleet() {
  const database = await server.open();
  await initialize(database, passphrase, {});
  queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  const reopen = () => openFleet(database, passphrase);
  return { database, reopen, ...(await reopen()) };
}

/** A worker in a new fleet, after it has started. */
async function startWorker() {
  const { runWorker } = await import("../../fleet/worker/worker.js");
  const opened = await newFleet();
  const invocation = fleetInvocation(directory, environment);
  const fleet = await joinFleet(opened, invocation, () => {});
  const { database, encryption } = opened;
  return new Promise<{ database: Database; ended: Promise<void> }>((resolve) => {
    const ended = runWorker({
      database,
      fleet,
      queue,
      encryption,
      invocation,
      project: "fleet",
      parallel: 1,
      log: (line) => line.endsWith(waitsForShards) && setImmediate(() => resolve({ database, ended })),
      signal: new AbortController().signal,
    });
    ended.catch(() => {});
  });
}

/** Replaces the fleet in a database by another one with the same shard, and starts an update. */
async function replaceFleet(database: Database, otherPassphrase: string) {
  await database.statements.query("drop schema pinterest_fleet cascade");
  await initialize(database, otherPassphrase, {});
  const list = async function* () {
    yield* merchants("a");
  };
  await plan(database, await openFleet(database, otherPassphrase), list(), { shrinkLimitPercent: 0 });
  await startRun(database, queue, { operation: "up" });
}

test.each<[fleet: string, passphrase: string, message: string]>([
  ["another passphrase", "another one", "passphrase"],
  [
    "the same passphrase",
    passphrase,
    "the database in PINTEREST_FLEET_DATABASE now has another fleet, or its settings have changed. Start the worker again",
  ],
])("a worker ends before it starts a shard of another fleet with %s", async (_fleet, other, message) => {
  const { database, ended } = await startWorker();
  await replaceFleet(database, other);
  await expect(ended).rejects.toThrow(message);
  expect(mockRunShard).not.toHaveBeenCalled();
  const { rows: settings } = await database.statements.query(
    `select backend, api_url as "apiUrl" from pinterest_fleet.settings`,
  );
  expect(settings).toEqual([{ backend: null, apiUrl: null }]);
  const { rows: shards } = await database.statements.query(
    "select state, attempts from pinterest_fleet.run_shard",
  );
  expect(shards).toEqual([{ state: "queued", attempts: 0 }]);
  const { rows: jobs } = await database.statements.query(
    `select state in ('created', 'retry') as "isOpen" from ${queueSchema}.job where name = '${queueName}'`,
  );
  expect(jobs).toEqual([{ isOpen: true }]);
});

test("warns a worker once of accounts of the list without a token", async () => {
  const opened = await newFleet();
  const accounts = ["north", ...Array.from({ length: 12 }, (_, index) => `shop-${10 + index}`), undefined];
  const list = async function* () {
    for (const account of accounts) yield merchant(account ?? "default", account ? { account } : {});
  };
  await plan(opened.database, opened, list(), { shrinkLimitPercent: 0 });
  const warningsWith = async (given: NodeJS.ProcessEnv) => {
    const warnings: string[] = [];
    const invocation = fleetInvocation(directory, { ...environment, ...given });
    await joinFleet(opened, invocation, (line) => void warnings.push(line));
    return warnings;
  };
  const north = JSON.stringify({ north: "pina_north" });
  expect(await warningsWith({ PINTEREST_ACCESS_TOKEN: "", PINTEREST_ACCOUNTS: north })).toEqual([
    expect.stringMatching(
      /^warning: this worker has no token for the default account, account 'shop-10', .*, account 'shop-1\d' and \d more, and fails their merchants\. Add the tokens to PINTEREST_ACCOUNTS/,
    ),
  ]);
  const all = JSON.stringify(Object.fromEntries(accounts.map((account) => [account, "pina_token"])));
  expect(await warningsWith({ PINTEREST_ACCOUNTS: all })).toEqual([]);
});

test("a worker does not start with a full disk", async () => {
  const opened = await newFleet();
  const statistics = statfsSync(tmpdir());
  jest.spyOn(fs, "statfsSync").mockReturnValue({ ...statistics, bavail: 1 });
  await expect(joinFleet(opened, fleetInvocation(directory, environment), () => {})).rejects.toThrow(
    new RegExp(
      `^the temporary directory .+ has less than 10 MB of free space, ${pattern(allShardsFail)} Free`,
    ),
  );
});
