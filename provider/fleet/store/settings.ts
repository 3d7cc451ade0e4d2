import { randomBytes } from "node:crypto";
import { FleetError } from "../fleet-error";
import type { Database, Statements } from "./database";
import { schema } from "./migrations";
import { Seal, saltBytes } from "./sealed";

/** What a fleet was made with. */
export interface Settings {
  /** The Pulumi project of all shards' stacks. It is chosen when the fleet is made, and stays. */
  readonly project: string;
  /** How many merchants a shard takes before another one is made. */
  readonly shardSize: number;
}

/** What the passphrase is tried on. It stands for no secret. */
const known = "the passphrase of this fleet";

/**
 * Makes a fleet in a database, or changes one's shard size. Passphrase and project stay what they were.
 *
 * @throws FleetError where they are not those of the fleet that is there.
 */
export async function initialize(
  database: Database,
  passphrase: string,
  { project, shardSize }: Settings,
): Promise<void> {
  await database.migrate();
  await database.transaction(async (statements) => {
    const existing = await read(statements);
    if (existing === undefined) {
      const salt = randomBytes(saltBytes);
      await statements.query(
        `insert into ${schema}.settings (project, shard_size, salt, passphrase_check) values ($1, $2, $3, $4)`,
        [project, shardSize, salt, new Seal(passphrase, salt).digest(known)],
      );
    } else {
      opened(passphrase, existing);
      if (existing.project !== project) {
        throw new FleetError(
          `the fleet's stacks are in the project '${existing.project}', which cannot be changed to '${project}': leave --project out`,
        );
      }
      await statements.query(`update ${schema}.settings set shard_size = $1`, [shardSize]);
    }
  });
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
    throw new FleetError(
      "the fleet of this database was not made to its end: run `pulumi-pinterest fleet init` again",
    );
  }
  return { settings: { project: row.project, shardSize: row.shard_size }, seal: opened(passphrase, row) };
}

interface Row {
  readonly project: string;
  readonly shard_size: number;
  readonly salt: Buffer;
  readonly passphrase_check: Buffer;
}

async function read(statements: Statements): Promise<Row | undefined> {
  const { rows } = await statements.query<Row>(
    `select project, shard_size, salt, passphrase_check from ${schema}.settings`,
  );
  return rows[0];
}

function opened(passphrase: string, { salt, passphrase_check: check }: Row): Seal {
  const seal = new Seal(passphrase, salt);
  if (!seal.digest(known).equals(check)) {
    throw new FleetError(
      "the passphrase is not that of this fleet: PINTEREST_FLEET_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE where that is not set",
    );
  }
  return seal;
}
