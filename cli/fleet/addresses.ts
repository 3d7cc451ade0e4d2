import { describe } from "../../provider/api/describe";
import { UsageError } from "../command-error";

/** The variable by which commands find a fleet. */
export const databaseVariable = "PINTEREST_FLEET_DATABASE";

/** The variable that names the database of `plan --query`, where that is not the fleet's own. */
export const listDatabaseVariable = "PINTEREST_FLEET_LIST_DATABASE";

const example = "such as postgres://user:password@host:5432/fleet";

/**
 * Where the fleet is. The address is not taken from the command line, which every user of a machine can read.
 *
 * @throws UsageError where there is none, or none of PostgreSQL.
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
 * Where the query of a merchant list is put.
 *
 * @throws UsageError where that is not PostgreSQL.
 */
export function listDatabaseUrl(environment: NodeJS.ProcessEnv): string {
  return postgresUrl(environment, listDatabaseVariable) ?? databaseUrl(environment);
}

/** The driver would take any other address for one of a server called `base`, or for PostgreSQL all the same. */
function postgresUrl(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const url = environment[variable] || undefined;
  if (url === undefined || /^postgres(?:ql)?:\/\//i.test(url)) return url;
  // No more than that: a password may stand anywhere in the rest.
  const [scheme] = /^[a-z][a-z0-9+.-]{0,19}:\/\//i.exec(url) ?? [];
  const given = scheme === undefined ? `is ${describe(url)}` : `starts with ${scheme}`;
  throw new UsageError(
    `${variable} must start with postgres:// or postgresql://, but ${given}. Set it to the address of a PostgreSQL database, ${example}`,
  );
}
