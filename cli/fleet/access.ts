import type { PgBoss } from "pg-boss";
import { openQueue } from "../../fleet/queue";
import { Database } from "../../fleet/store/database";
import type { Encryption } from "../../fleet/store/encryption";
import { openFleet, type Settings } from "../../fleet/store/settings";
import { UsageError } from "../command-error";
import type { Terminal } from "../terminal";
import { databaseUrl } from "./addresses";

/** The variables of the passphrase that encrypts a fleet's secrets. */
export const passphraseVariables = ["PINTEREST_FLEET_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE"] as const;

/** The fleet that a command uses. */
export interface Fleet {
  readonly database: Database;
  readonly settings: Settings;
  readonly encryption: Encryption;
}

/**
 * Runs an action with the fleet of the environment.
 *
 * @throws FleetError if the fleet cannot be opened.
 */
export function withFleet<T>(action: (fleet: Fleet) => Promise<T>): Promise<T> {
  return withDatabase(async (database, passphrase) =>
    action({ database, ...(await openFleet(database, passphrase)) }),
  );
}

/** Runs an action in a database that may not have a fleet yet. */
export async function withDatabase<T>(
  action: (database: Database, passphrase: string) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const passphrase = passphraseIn(environment);
  const database = await Database.open(databaseUrl(environment));
  try {
    return await action(database, passphrase);
  } finally {
    await database.close();
  }
}

/** Runs an action with the fleet's queue. */
export async function withQueue<T>(
  terminal: Pick<Terminal, "note">,
  action: (queue: PgBoss) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const queue = await openQueue(databaseUrl(environment), (error) =>
    terminal.note(`queue: ${error.message}`),
  );
  try {
    return await action(queue);
  } finally {
    await queue.stop({ graceful: true });
  }
}

function passphraseIn(environment: NodeJS.ProcessEnv): string {
  for (const name of passphraseVariables) {
    const passphrase = environment[name];
    if (passphrase !== undefined && passphrase !== "") return passphrase;
  }
  throw new UsageError(
    `${passphraseVariables.join(" and ")} are not set or empty: set one of them; it encrypts the merchants' secrets in PostgreSQL`,
  );
}
