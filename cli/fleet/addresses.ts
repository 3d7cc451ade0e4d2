import { describe } from "../../provider/api/message-text";
import { UsageError } from "../command-error";

/** The variable with the fleet's address. */
export const databaseVariable = "PINTEREST_FLEET_DATABASE";

/** The variable with the database of `plan --query`, if it is not the fleet's own. */
export const listDatabaseVariable = "PINTEREST_FLEET_LIST_DATABASE";

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
      `${databaseVariable} is not set or empty: set it to the address of the fleet's PostgreSQL, ${example}`,
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
