import type { PgBoss } from "pg-boss";
import { openQueue } from "../../fleet/queue";
import { Database } from "../../fleet/store/database";
import type { Encryption } from "../../fleet/store/settings";
import { openFleet, type Settings } from "../../fleet/store/settings";
import { describe } from "../../provider/api/message-text";
import { UsageError } from "../command-error";
import { stoppingGracefully } from "../signals";
import type { Terminal } from "../terminal";

/** The variables of the passphrase that encrypts a fleet's secrets. */
const passphraseVariables = ["PINTEREST_FLEET_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE"] as const;

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
): Promise<T> {
  const passphrase = passphraseIn(process.env);
  const database = await Database.open(databaseUrl(process.env));
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
): Promise<T> {
  const queue = await openQueue(databaseUrl(process.env), (error) =>
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

/** The variable with the fleet's address. */
export const databaseVariable = "PINTEREST_FLEET_DATABASE";

/** The variable with the database of `plan --query`, if it is not the fleet's own. */
const listDatabaseVariable = "PINTEREST_FLEET_LIST_DATABASE";

const example = "such as postgres://user:password@host:5432/fleet";

/**
 * The fleet's address. It does not come from the command line, which every user of a machine can read.
 *
 * @throws UsageError if it is missing, or not an address of PostgreSQL.
 */
export function databaseUrl(environment: NodeJS.ProcessEnv): string {
  const url = postgresUrl(environment, databaseVariable);
  if (url === undefined) {
    throw new UsageError(
      `${databaseVariable} is missing or empty: set it to the address of the fleet's PostgreSQL, ${example}`,
    );
  }
  return url;
}

/**
 * The database of a merchant list's query.
 *
 * @throws UsageError if it is not an address of PostgreSQL.
 */
export function listDatabaseUrl(environment: NodeJS.ProcessEnv): string {
  return postgresUrl(environment, listDatabaseVariable) ?? databaseUrl(environment);
}

/** The driver would interpret any other address as a server called `base`, or as PostgreSQL anyway. */
function postgresUrl(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const url = environment[variable] || undefined;
  if (url === undefined || /^postgres(?:ql)?:\/\//i.test(url)) return url;
  // Show no more, because the rest can contain a password.
  const [scheme] = /^[a-z][a-z0-9+.-]{0,19}:\/\//i.exec(url) ?? [];
  const given = scheme === undefined ? `is ${describe(url)}` : `starts with ${scheme}`;
  throw new UsageError(
    `${variable} must start with postgres:// or postgresql://, but ${given}. Set it to the address of a PostgreSQL database, ${example}`,
  );
}

/**
 * Runs an action that a signal or, after so many minutes, a time limit stops gracefully. A fleet's engines run in their own sessions, so only
 * the abort signal reaches them on Ctrl-C.
 */
export function interruptible<T>(
  action: (signal: AbortSignal) => Promise<T>,
  minutes?: number,
): Promise<{ result: T; interrupted: boolean }> {
  const timeouts = minutes === undefined ? [] : [AbortSignal.timeout(minutes * 60_000)];
  return stoppingGracefully(
    (abort) => action(AbortSignal.any([abort, ...timeouts])),
    () => false,
  );
}
