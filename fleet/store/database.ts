import type { Pool, PoolClient } from "pg";
import { ownCommand } from "../../provider/base/own-package";
import { FleetError, optionalPackage } from "../fleet-error";
import { migrations, schema } from "./schema";

/** The reason why PostgreSQL cannot be reached. */
export function noConnection(error: unknown): string {
  return (error as { code?: string }).code === "ERR_INVALID_URL"
    ? "the address of PostgreSQL is not a valid URL. In the user and password, write / # ? and % as %2F %23 %3F and %25"
    : `cannot connect to PostgreSQL: ${driverMessage(error)}`;
}

/** The message of an error of PostgreSQL or its driver. */
export function driverMessage(error: unknown): string {
  // With several addresses, the driver's error has an empty message.
  const { message, errors, code } = error as AggregateError & { code?: string };
  return message || errors?.[0]?.message || code || String(error);
}

/** The code of pg-boss's error if its tables do not have the fleet's queue. */
const queueMissing = "PGBOSS_QUEUE_NOT_FOUND";

/** A failure of the whole database. */
interface DatabaseFailure {
  readonly summary: string;
  readonly reason: string;
  /** The user's action, if a wait does not help. */
  readonly remedy?: string;
  /** Whether open connections still work. */
  readonly affectsOnlyNewConnections?: true;
}

/** Codes of Node.js for failed connections, such as `ECONNRESET`. Errors of files have others, such as `EACCES`. */
const connectionCodes = /^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_|EHOST|ENET|ERR_SSL|ERR_TLS)/;

/** Codes of Node.js for refused certificates ([those of X.509](https://nodejs.org/api/tls.html#x509-certificate-error-codes), and a wrong name). */
const certificateCodes =
  /^(?:CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;

/** The driver's messages about failed connections without a code, such as `Connection terminated unexpectedly` (`pg/lib/client.js`, `pg-pool`). */
const connectionMessages =
  /^(?:Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|There was an error establishing an SSL connection|Client (?:has encountered a connection error|was closed) )/;

const remedyForDropped = `Check PINTEREST_FLEET_DATABASE. If the database was dropped, restore it from a backup. If \`${ownCommand} fleet init\` was interrupted, run it again`;

const remedyForCertificate =
  "Check the host in PINTEREST_FLEET_DATABASE and the certificate's expiry date. For a private certificate authority, set NODE_EXTRA_CA_CERTS to its certificate file";

/**
 * The failure behind an error. Undefined if the database works: the server refused one statement, or the error has another origin.
 * The codes of the server are [PostgreSQL's](https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  const reason = driverMessage(error);
  const missing = { summary: "the fleet's tables are missing", reason, remedy: remedyForDropped };
  const outage = { summary: "PostgreSQL does not respond", reason };
  const { code = "", severity, syscall, message } = error as Record<string, string | undefined>;
  if (code === queueMissing) return missing;
  if (certificateCodes.test(code)) {
    const summary = "PostgreSQL's certificate is not accepted";
    return { summary, reason, remedy: remedyForCertificate, affectsOnlyNewConnections: true };
  }
  if (severity === undefined) {
    const isConnectionFailure =
      connectionCodes.test(code) || syscall === "connect" || connectionMessages.test(message ?? "");
    return isConnectionFailure ? outage : undefined;
  }
  switch (code) {
    case "3D000":
      return { summary: "the fleet's database was dropped or renamed", reason, remedy: remedyForDropped };
    case "3F000":
    case "42P01":
      return missing;
  }
  // The server refuses or ends connections, or has no resources.
  return /^(?:08|53|57)/.test(code) ? outage : undefined;
}

/** The error of a command whose database failed. */
export function databaseError({
  summary,
  reason,
  remedy = "Run the command again when it does",
}: DatabaseFailure): FleetError {
  return new FleetError(`${summary} (${reason}). ${remedy}`);
}

/**
 * Runs statements: the database, or a transaction in it. The types of rows are not checked again, because PostgreSQL checks those of its columns.
 * Reports, which are JSON, are parsed with zod.
 */
export type Statements = Pick<PoolClient, "query">;

/**
 * Text, or all text in a document, as PostgreSQL can store it: U+FFFD replaces NUL characters and unpaired surrogates, which jsonb rejects
 * (https://www.postgresql.org/docs/current/datatype-json.html). Apply it to strings from Pinterest or the engine. Merchant lists with them are refused.
 */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map((each) => storable(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storable(key), storable(each)]));
}

/** Number of connections for statements. */
const poolSize = 8;
const connectionTimeoutMs = 10_000;
/** Time limit of a statement. Long lists need most of it when they are planned. */
const statementTimeoutMs = 120_000;
/** Time limit of a heartbeat and of its connection, so that several fit into the time after which a claim is lost. */
const heartbeatTimeoutMs = 4_000;
/** Time without data after which a connection is probed. */
const keepAliveDelayMs = 10_000;

/** The fleet's PostgreSQL. */
export class Database {
  private constructor(
    readonly statements: Pool,
    /** A separate connection for heartbeats, which must not wait for other statements. */
    readonly statementsOfClaims: Pool,
  ) {}

  /** @throws FleetError if the driver is not installed, or the server cannot be reached. */
  static async open(url: string): Promise<Database> {
    const { Pool } = await optionalPackage(() => import("pg"));
    const open = (max: number, connectionTimeoutMillis: number, queryTimeoutMs: number) => {
      const created = new Pool({
        connectionString: url,
        max,
        application_name: "pulumi-pinterest fleet",
        connectionTimeoutMillis,
        query_timeout: queryTimeoutMs,
        keepAlive: true,
        keepAliveInitialDelayMillis: keepAliveDelayMs,
      });
      // The next statement replaces an idle connection that breaks.
      created.on("error", () => {});
      return created;
    };
    const pool = open(poolSize, connectionTimeoutMs, statementTimeoutMs);
    try {
      await pool.query("select 1");
    } catch (error) {
      await pool.end();
      throw new FleetError(`${noConnection(error)}. Check PINTEREST_FLEET_DATABASE`);
    }
    return new Database(pool, open(1, heartbeatTimeoutMs, heartbeatTimeoutMs));
  }

  /** Runs an action in a transaction, and ends it with a commit or, to only report the action's result, with a rollback. */
  async transaction<T>(
    action: (statements: Statements) => Promise<T>,
    end: "commit" | "rollback" = "commit",
  ): Promise<T> {
    const client = await this.statements.connect();
    let broken: Error | undefined;
    // The pool does not handle errors of a connection in use. Without a listener, one would end the process.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query("begin");
      const result = await action(client);
      await client.query(end);
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  /** Creates the fleet's tables, or migrates them to this version. @throws FleetError if a newer version of the package created them. */
  migrate(): Promise<void> {
    return this.transaction(async (statements) => {
      // Serializes migrations. The number has no meaning.
      await statements.query("select pg_advisory_xact_lock(7301946205)");
      await statements.query(`create schema if not exists ${schema}`);
      await statements.query(`create table if not exists ${schema}.version (version integer not null)`);
      const version = await versionIn(statements);
      if (version > migrations.length) throw new FleetError(newer);
      for (const migration of migrations.slice(version)) await statements.query(migration);
      await statements.query(`delete from ${schema}.version`);
      await statements.query(`insert into ${schema}.version values ($1)`, [migrations.length]);
    });
  }

  /** @throws FleetError if another version created the tables. */
  async assertMigrated(): Promise<void> {
    const { rows } = await this.statements.query("select to_regclass($1) is not null as exists", [
      `${schema}.version`,
    ]);
    if (!rows[0].exists)
      throw new FleetError(`this database has no fleet: create one with \`${ownCommand} fleet init\``);
    const version = await versionIn(this.statements);
    if (version > migrations.length) throw new FleetError(newer);
    if (version < migrations.length) {
      throw new FleetError(
        `an older version of pulumi-pinterest created the fleet's tables: stop all workers, then run \`${ownCommand} fleet init\``,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.statements.end(), this.statementsOfClaims.end()]);
  }
}

const newer = "a newer version of pulumi-pinterest created the fleet's tables: update the package here too";

async function versionIn(statements: Statements): Promise<number> {
  const { rows } = await statements.query(`select version from ${schema}.version`);
  return rows[0]?.version ?? 0;
}
