import { randomBytes } from "node:crypto";
import { ownCommand } from "../../provider/api/own-command";
import { FleetError } from "../fleet-error";
import { defaultProject } from "../shard/workspace";
import type { Database, Statements } from "./database";
import { schema } from "./migrations";
import { Seal, saltBytes } from "./sealed";

/** What a fleet was made with. */
export interface Settings {
  /** The Pulumi project of all shards' stacks. It is chosen when the fleet is made, and stays. */
  readonly project: string;
  /** How many merchants a shard takes before another one is made. */
  readonly shardSize: number;
  /** As many requests a second go to Pinterest from all workers together; null for no cap. */
  readonly requestsPerSecond: number | null;
  /** Where the stacks' states are, without credentials; null until the first worker begins, which says it. */
  readonly backend: string | null;
  /** Address of Pinterest's API; null until the first worker starts, which names it. */
  readonly apiUrl: string | null;
  /** How many days results of runs are kept. */
  readonly keepDays: number;
}

const defaults: Settings = {
  project: defaultProject,
  shardSize: 100,
  requestsPerSecond: null,
  backend: null,
  apiUrl: null,
  keepDays: 90,
};

/** What the passphrase is tried on. It stands for no secret. */
const known = "the passphrase of this fleet";

/**
 * Makes a fleet in a database, or changes settings of one. Passphrase and project stay what they were, and so do settings that are not given.
 *
 * @returns the settings that it has now.
 * @throws FleetError where they are not those of the fleet that is there.
 */
export async function initialize(
  database: Database,
  passphrase: string,
  given: Partial<Settings>,
): Promise<Settings> {
  if (given.project !== undefined) assertProject(given.project);
  await database.migrate();
  return database.transaction(async (statements) => {
    // Several may make it at the same time.
    await statements.query(`lock table ${schema}.settings in exclusive mode`);
    const existing = await read(statements);
    const before = existing === undefined ? defaults : settingsOf(existing);
    const settings = { ...before, ...given };
    if (existing === undefined) {
      const salt = randomBytes(saltBytes);
      await statements.query(
        `insert into ${schema}.settings (project, salt, passphrase_check, shard_size, keep_days) values ($1, $2, $3, $4, $5)`,
        [
          settings.project,
          salt,
          new Seal(passphrase, salt).digest(known),
          settings.shardSize,
          settings.keepDays,
        ],
      );
    } else {
      opened(passphrase, existing);
      if (before.project !== settings.project) {
        throw new FleetError(
          `the fleet's stacks are in the project '${before.project}', which cannot be changed to '${settings.project}': omit --project`,
        );
      }
    }
    await statements.query(
      `update ${schema}.settings set shard_size = $1, requests_per_second = $2, keep_days = $3, backend = $4, api_url = $5`,
      [settings.shardSize, settings.requestsPerSecond, settings.keepDays, settings.backend, settings.apiUrl],
    );
    return settings;
  });
}

/** By Pulumi's own rule, which it tells of when the first stack is made; by then it would have to stay. */
function assertProject(name: string): void {
  if (/^[\w.-]{1,100}$/.test(name)) return;
  throw new FleetError(
    `--project must consist of 1 to 100 letters, digits, '-', '_' and '.', but is '${name}'. Nothing was created`,
  );
}

/**
 * The fleet of a database.
 *
 * @throws FleetError where there is none, or the passphrase is another.
 */
export async function openFleet(
  database: Database,
  passphrase: string,
): Promise<{ settings: Settings; seal: Seal }> {
  await database.assertMigrated();
  const row = await read(database.statements);
  if (row === undefined) {
    throw new FleetError(`the creation of the fleet was interrupted: run \`${ownCommand} fleet init\` again`);
  }
  return { settings: settingsOf(row), seal: opened(passphrase, row) };
}

/** The cap on requests as it is now. */
export async function requestsPerSecond(statements: Statements): Promise<number | null> {
  return (await read(statements))?.requests_per_second ?? null;
}

interface Row {
  readonly project: string;
  readonly shard_size: number;
  readonly salt: Buffer;
  readonly passphrase_check: Buffer;
  readonly requests_per_second: number | null;
  readonly keep_days: number;
  readonly backend: string | null;
  readonly api_url: string | null;
}

function settingsOf(row: Row): Settings {
  return {
    project: row.project,
    shardSize: row.shard_size,
    requestsPerSecond: row.requests_per_second,
    keepDays: row.keep_days,
    backend: row.backend,
    apiUrl: row.api_url,
  };
}

async function read(statements: Statements): Promise<Row | undefined> {
  const { rows } = await statements.query<Row>(
    `select project, shard_size, salt, passphrase_check, requests_per_second, keep_days, backend, api_url from ${schema}.settings`,
  );
  return rows[0];
}

function opened(passphrase: string, { salt, passphrase_check: check }: Row): Seal {
  const seal = new Seal(passphrase, salt);
  if (!seal.digest(known).equals(check)) {
    throw new FleetError(
      "wrong passphrase: the fleet was created with another one. Check PINTEREST_FLEET_PASSPHRASE or, if it is not set, PULUMI_CONFIG_PASSPHRASE",
    );
  }
  return seal;
}
