import type { PgBoss } from "pg-boss";
import { Database, databaseError, databaseFailure } from "../../fleet/store/database";
import { openQueue } from "../../fleet/store/queue";
import { type OpenedFleet, openFleet } from "../../fleet/store/settings";
import { describe } from "../../provider/base/message-text";
import { UsageError } from "../../stack/command-error";
import { stoppingGracefully } from "../../stack/signals";
import type { CommandIo, Terminal } from "../terminal";

interface Fleet extends OpenedFleet {
  readonly database: Database;
  /** Opens the fleet that the database has by then. @throws FleetError like {@link withFleet}. */
  reopen(): Promise<OpenedFleet>;
}

/** Runs an action with the fleet of the environment. @throws FleetError if the fleet cannot be opened. */
export function withFleet<T>(
  environment: NodeJS.ProcessEnv,
  action: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  return withDatabase(environment, async (database, passphrase) => {
    const reopen = () => openFleet(database, passphrase);
    return action({ database, reopen, ...(await reopen()) });
  });
}

/** Runs an action in a database that may not have a fleet yet. */
export async function withDatabase<T>(
  environment: NodeJS.ProcessEnv,
  action: (database: Database, passphrase: string) => Promise<T>,
): Promise<T> {
  const { PINTEREST_FLEET_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE } = environment;
  const passphrase = PINTEREST_FLEET_PASSPHRASE || PULUMI_CONFIG_PASSPHRASE;
  if (!passphrase) {
    throw new UsageError(
      "PINTEREST_FLEET_PASSPHRASE and PULUMI_CONFIG_PASSPHRASE are missing or empty. Set one of them: it encrypts the merchants' secrets in PostgreSQL",
    );
  }
  const database = await Database.open(databaseUrl(environment));
  try {
    return await action(database, passphrase);
  } catch (error) {
    const failure = databaseFailure(error);
    throw failure === undefined ? error : databaseError(failure);
  } finally {
    await database.close();
  }
}

export async function withQueue<T>(
  { terminal, environment }: Pick<CommandIo, "environment"> & { readonly terminal: Pick<Terminal, "note"> },
  action: (queue: PgBoss) => Promise<T>,
): Promise<T> {
  const queue = await openQueue(databaseUrl(environment), (error) => {
    const failure = databaseFailure(error);
    // The commands that wait for a run, and the workers, report an outage once, if it breaks their own open connections.
    if (failure === undefined || failure.affectsOnlyNewConnections) terminal.note(`queue: ${error.message}`);
  });
  try {
    return await action(queue);
  } finally {
    await queue.stop({ graceful: true });
  }
}

/** The variable with the fleet's address. It is not an option, because every user of a machine can read command lines. */
export const databaseVariable = "PINTEREST_FLEET_DATABASE";

/** @throws UsageError if the fleet's address is missing, or not one of PostgreSQL. */
function databaseUrl({ [databaseVariable]: url }: NodeJS.ProcessEnv): string {
  const example = "such as postgres://user:password@host:5432/fleet";
  if (!url) {
    throw new UsageError(
      `${databaseVariable} is missing or empty: set it to the address of the fleet's PostgreSQL, ${example}`,
    );
  }
  // The driver would interpret any other address as a server called `base`, or as PostgreSQL anyway.
  if (/^postgres(?:ql)?:\/\//i.test(url)) return url;
  // Show no more, because the rest can contain a password.
  const [scheme] = /^[a-z][a-z0-9+.-]{0,19}:\/\//i.exec(url) ?? [];
  const given = scheme === undefined ? `is ${describe(url)}` : `starts with ${scheme}`;
  throw new UsageError(
    `${databaseVariable} must start with postgres:// or postgresql://, but ${given}. Set it to the address of a PostgreSQL database, ${example}`,
  );
}

/** Runs an action that a signal or a time limit stops gracefully. Engines of a fleet run in their own sessions, which Ctrl-C does not reach. */
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
