import { createHmac, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import type { Bag } from "../../provider/base/bag";
import { ownCommand } from "../../provider/base/own-package";
import { FleetError } from "../fleet-error";
import { decrypt, encrypt } from "./cipher";
import type { Database, Statements } from "./database";
import { schema } from "./schema";

/** The default project of all shards' stacks. */
export const defaultProject = "pinterest-fleet";

export interface Settings {
  /** The Pulumi project of all shards' stacks. It cannot be changed. */
  readonly project: string;
  /** Number of merchants in a shard before another shard is created. */
  readonly shardSize: number;
  /** Limit of requests per second of all workers together; null for no limit. */
  readonly requestsPerSecond: number | null;
  /** The state backend without credentials; null until the first worker starts, which sets it. */
  readonly backend: string | null;
  /** Address of Pinterest's API; null until the first worker starts, which sets it. */
  readonly apiUrl: string | null;
  /** Number of days to keep results. */
  readonly keepDays: number;
}

/** An existing fleet, opened with its passphrase. */
export interface OpenedFleet {
  readonly settings: Settings;
  readonly encryption: Encryption;
}

/** The string whose digest verifies the passphrase. */
const checkedText = "the passphrase of this fleet";

/**
 * Creates a fleet in a database, or changes the given settings. Returns all settings.
 *
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
    const salt = randomBytes(16);
    const passphraseCheck = new Encryption(passphrase, salt).digest(checkedText);
    await statements.query(
      `insert into ${schema}.settings (project, salt, passphrase_check, shard_size, keep_days) values ($1, $2, $3, 300, 90)
       -- Changes nothing, and locks the row, because several processes can change settings at the same time.
       on conflict (one) do update set project = settings.project`,
      [given.project ?? defaultProject, salt, passphraseCheck],
    );
    const { settings: existing } = (await read(statements, passphrase)) as OpenedFleet;
    const settings = { ...existing, ...given };
    if (settings.project !== existing.project) {
      throw new FleetError(
        `the fleet's stacks are in the project '${existing.project}', which cannot be changed to '${settings.project}': omit --project`,
      );
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

/** @throws FleetError if the fleet does not exist, or the passphrase is wrong. */
export async function openFleet(database: Database, passphrase: string): Promise<OpenedFleet> {
  await database.assertMigrated();
  const opened = await read(database.statements, passphrase);
  if (opened !== undefined) return opened;
  throw new FleetError(`the creation of the fleet was interrupted: run \`${ownCommand} fleet init\` again`);
}

/** Whether the requests of all workers are limited now. */
export async function isRequestLimited(statements: Statements): Promise<boolean> {
  const { rows } = await statements.query(
    `select from ${schema}.settings where requests_per_second is not null`,
  );
  return rows.length > 0;
}

/** Reserves the next time for a request of any worker. @returns the milliseconds until then. */
export async function reserveRequest(statements: Statements): Promise<number> {
  const { rows } = await statements.query<{ waitMs: number }>(
    `update ${schema}.settings
        set next_request_at = greatest(next_request_at + make_interval(secs => 1.0 / requests_per_second), clock_timestamp())
      where requests_per_second is not null
      returning (extract(epoch from next_request_at - clock_timestamp()) * 1000)::float as "waitMs"`,
  );
  return Math.max(0, rows[0]?.waitMs ?? 0);
}

/** The first worker's value of a setting that must be the same for all workers. If this is the first worker, stores the value. */
export async function firstWorkersSetting<T extends string | Buffer>(
  statements: Statements,
  column: "backend" | "api_url" | "state_passphrase_check",
  value: T,
): Promise<T> {
  const { rows } = await statements.query<{ value: T }>(
    `update ${schema}.settings set ${column} = coalesce(${column}, $1) returning ${column} as value`,
    [value],
  );
  return (rows[0] as { value: T }).value;
}

/**
 * SQL of what must not change while a worker runs: the version of the tables, the salt, which identifies the fleet because it is random, and the
 * settings that all workers share.
 */
export const fleetIdentity = `(
  select jsonb_build_array(version, encode(salt, 'hex'), backend, api_url, encode(state_passphrase_check, 'hex'))::text
    from ${schema}.version, ${schema}.settings)`;

export async function readIdentity(statements: Statements): Promise<string> {
  const { rows } = await statements.query<{ identity: string }>(`select ${fleetIdentity} as identity`);
  return (rows[0] as { identity: string }).identity;
}

/** @throws FleetError if the passphrase is wrong. */
async function read(statements: Statements, passphrase: string): Promise<OpenedFleet | undefined> {
  const { rows } = await statements.query<Settings & { salt: Buffer; passphraseCheck: Buffer }>(
    `select project, shard_size as "shardSize", requests_per_second as "requestsPerSecond", keep_days as "keepDays", backend,
            api_url as "apiUrl", salt, passphrase_check as "passphraseCheck"
       from ${schema}.settings`,
  );
  if (rows[0] === undefined) return undefined;
  const { salt, passphraseCheck, ...settings } = rows[0];
  const encryption = new Encryption(passphrase, salt);
  if (encryption.digest(checkedText).equals(passphraseCheck)) return { settings, encryption };
  throw new FleetError(
    "wrong passphrase: the fleet was created with another one. Check PINTEREST_FLEET_PASSPHRASE or, if it is not set, PULUMI_CONFIG_PASSPHRASE",
  );
}

/**
 * Encrypts merchants' secrets with a passphrase that workers have and PostgreSQL does not. Secrets are bound to the merchant's name, so
 * that nobody can swap the secrets of two merchants.
 */
export class Encryption {
  private readonly secretsKey: Buffer;
  private readonly digestKey: Buffer;

  /** @param salt the fleet's salt, which is not secret. */
  constructor(passphrase: string, salt: Buffer) {
    // As slow as the engine's own derivation.
    const master = scryptSync(passphrase, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
    const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", master, salt, purpose, 32));
    this.secretsKey = derived("secrets of merchants");
    this.digestKey = derived("digest of merchants");
  }

  /** @returns null if there are no secrets. */
  encrypt(secrets: Bag, merchant: string): Buffer | null {
    if (Object.keys(secrets).length === 0) return null;
    return encrypt(this.secretsKey, secrets, merchant);
  }

  /** @throws FleetError if the passphrase is wrong, or the data was changed. */
  decrypt(encrypted: Buffer | null, merchant: string): Bag {
    if (encrypted === null) return {};
    try {
      return decrypt(this.secretsKey, encrypted, merchant) as Bag;
    } catch {
      // OpenSSL does not report which of the two it is.
      throw new FleetError(
        `cannot decrypt the secrets of '${merchant}': the passphrase is wrong, or the stored data was changed. Check PINTEREST_FLEET_PASSPHRASE, or restore the fleet's database from a backup`,
      );
    }
  }

  /** Equal for equal strings. Reveals nothing about the string without the passphrase. */
  digest(text: string): Buffer {
    return createHmac("sha256", this.digestKey).update(text).digest();
  }
}
