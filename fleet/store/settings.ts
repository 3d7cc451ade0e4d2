import { randomBytes } from "node:crypto";
import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import { defaultProject } from "../shard/workspace";
import type { Database, Statements } from "./database";
import { Encryption, saltBytes } from "./encryption";
import { schema } from "./schema";

/** The settings of a fleet. */
export interface Settings {
  /** The Pulumi project of all shards' stacks. It cannot be changed after the fleet was created. */
  readonly project: string;
  /** Number of merchants in a shard before another shard is created. */
  readonly shardSize: number;
  /** Limit of requests per second of all workers together; null for no limit. */
  readonly requestsPerSecond: number | null;
  /** The state backend without credentials; null until the first worker starts, which sets it. */
  readonly backend: string | null;
  /** Address of Pinterest's API; null until the first worker starts, which names it. */
  readonly apiUrl: string | null;
  /** Number of days that results are kept. */
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

/** The string whose digest verifies the passphrase. It is not secret. */
const known = "the passphrase of this fleet";

/**
 * Creates a fleet in a database, or changes its settings. The passphrase, the project and omitted settings stay.
 *
 * @returns the new settings.
 * @throws FleetError if the passphrase or project differs from the existing fleet's.
 */
export async function initialize(
  database: Database,
  passphrase: string,
  given: Partial<Settings>,
): Promise<Settings> {
  if (given.project !== undefined) assertProject(given.project);
  await database.migrate();
  return database.transaction(async (statements) => {
    // Several processes can create it at the same time.
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
          new Encryption(passphrase, salt).digest(known),
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

/** Pulumi's rule for names, which it would report only when the first stack is created. The project could not be changed by then. */
function assertProject(name: string): void {
  if (/^[\w.-]{1,100}$/.test(name)) return;
  throw new FleetError(
    `--project must consist of 1 to 100 letters, digits, '-', '_' and '.', but is '${name}'. Nothing was created`,
  );
}

/**
 * The fleet of a database.
 *
 * @throws FleetError if it does not exist, or the passphrase is wrong.
 */
export async function openFleet(
  database: Database,
  passphrase: string,
): Promise<{ settings: Settings; encryption: Encryption }> {
  await database.assertMigrated();
  const row = await read(database.statements);
  if (row === undefined) {
    throw new FleetError(`the creation of the fleet was interrupted: run \`${ownCommand} fleet init\` again`);
  }
  return { settings: settingsOf(row), encryption: opened(passphrase, row) };
}

/** The current limit on requests. */
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

function opened(passphrase: string, { salt, passphrase_check: check }: Row): Encryption {
  const encryption = new Encryption(passphrase, salt);
  if (!encryption.digest(known).equals(check)) {
    throw new FleetError(
      "wrong passphrase: the fleet was created with another one. Check PINTEREST_FLEET_PASSPHRASE or, if it is not set, PULUMI_CONFIG_PASSPHRASE",
    );
  }
  return encryption;
}
