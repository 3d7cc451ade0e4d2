import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import type { Client } from "pg";
import { FleetError, optionalPackage } from "../fleet-error";
import { noConnection } from "../store/database";
import { type Entry, entriesOf, type ListForm } from "./entries";

/** The source of a merchant list. */
export type ListSource =
  | { readonly kind: "file"; readonly path: string; readonly form?: ListForm | undefined }
  /** What a command prints; it is run without a shell. */
  | {
      readonly kind: "command";
      readonly command: readonly [string, ...string[]];
      readonly form?: ListForm | undefined;
    }
  /** The rows of a query, whose columns are named as the arguments; those that are null are left out. */
  | { readonly kind: "query"; readonly database: string; readonly query: string };

const forms: Readonly<Record<string, ListForm>> = { ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv" };

/**
 * The entries of a list, one by one.
 *
 * @throws FleetError if the list cannot be read. Then no entry counts.
 */
export function entriesFrom(source: ListSource): AsyncIterable<Entry> {
  switch (source.kind) {
    case "file":
      return fileEntries(source.path, source.form);
    case "command":
      return commandEntries(source.command, source.form ?? "jsonl");
    case "query":
      return queryEntries(source.database, source.query);
  }
}

async function* fileEntries(path: string, form = forms[extname(path).toLowerCase()]): AsyncGenerator<Entry> {
  if (form === undefined) {
    throw new FleetError(
      `unknown format of the merchant list ${path}: its name must end with .jsonl (one object per line) or .csv, or add --format`,
    );
  }
  const stream = createReadStream(path, "utf8");
  try {
    yield* entriesOf(stream, form);
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new FleetError(`cannot read the merchant list ${path}: ${unreadable(code)}`);
  } finally {
    stream.destroy();
  }
}

/** Why the file cannot be read. */
function unreadable(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `the file does not exist. Relative paths start at ${process.cwd()}`;
    case "EISDIR":
      return "it is a directory. Name a file";
    case "EACCES":
    case "EPERM":
      return "permission denied. Let this user read it";
    default:
      return code;
  }
}

async function* commandEntries(
  [program, ...args]: readonly [string, ...string[]],
  form: ListForm,
): AsyncGenerator<Entry> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`cannot be run: ${(error as NodeJS.ErrnoException).code}`));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  try {
    yield* entriesOf(child.stdout as Readable, form);
    // A list that ends early because its command failed would delete the integrations of all merchants that it lacks.
    const failure = await ended;
    if (failure !== undefined) {
      throw new FleetError(`the command of the merchant list, ${program}, ${failure}. Nothing was changed`);
    }
  } finally {
    child.kill();
  }
}

/** Number of rows in one FETCH. */
const rowsAtOnce = 1_000;

async function* queryEntries(database: string, query: string): AsyncGenerator<Entry> {
  const client = await connected(database);
  // A broken connection also fails the current statement.
  client.on("error", () => {});
  try {
    await client.query("begin read only");
    await explained(client.query(`declare merchants cursor for ${query}`));
    let row = 0;
    for (;;) {
      const { rows } = await explained(client.query(`fetch ${rowsAtOnce} from merchants`));
      if (rows.length === 0) return;
      for (const value of rows) {
        row += 1;
        yield { place: `row ${row}`, value };
      }
    }
  } finally {
    await client.end().catch(() => {});
  }
}

async function connected(database: string): Promise<Client> {
  const { Client } = await optionalPackage(() => import("pg"));
  try {
    const client = new Client({ connectionString: database });
    await client.connect();
    return client;
  } catch (error) {
    throw new FleetError(
      `cannot open the database of the merchant list: ${noConnection(error)}. ` +
        "Check PINTEREST_FLEET_LIST_DATABASE or, if it is not set, PINTEREST_FLEET_DATABASE",
    );
  }
}

async function explained<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw new FleetError(`the query of the merchant list failed: ${(error as Error).message}`);
  }
}
