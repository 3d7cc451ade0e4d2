import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A PostgreSQL server for one test file, which only this machine can reach. */
export interface Postgres {
  /** The `postgres://…` address, without a database. */
  readonly url: string;
  /** Stops the server, which closes all connections, and starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The variable with the directory of the server that all test files of a Jest run share. The first use of the server creates the directory. */
const sharedDirectoryVariable = "TEST_POSTGRES_DIRECTORY";

/** The variable with the ID of the process with which the shared server stops. */
const ownerVariable = "TEST_POSTGRES_OWNER";

/** The message if PostgreSQL is missing. */
export const noPostgres =
  "PostgreSQL is not installed, and cannot be installed: that needs apt-get, its packages and root";

/** Returns the directory of PostgreSQL's programs. Installs Debian's packages if they are missing. Undefined if that fails. */
export function programsOfPostgres(): string | undefined {
  return findPrograms() ?? install();
}

/** Sets the directory and the owner process of the shared server. Jest's global setup calls this, because all test files inherit its environment. */
export default function prepareSharedPostgres(): void {
  process.env[sharedDirectoryVariable] ??= join(tmpdir(), `pulumi-pinterest-postgres-${randomUUID()}`);
  process.env[ownerVariable] ??= String(process.pid);
}

/**
 * Creates an empty database on the shared server. The first call of a Jest run starts the server.
 *
 * @returns its `postgres://…` address
 * @throws Error if PostgreSQL is missing
 */
export async function createDatabase(): Promise<string> {
  const server = await sharedServer();
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const { Client } = await import("pg");
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return `${server}/${name}`;
}

/** Returns the shared server's address, without a database. */
async function sharedServer(): Promise<string> {
  const { [sharedDirectoryVariable]: directory } = process.env;
  if (directory === undefined) throw new Error("Jest's global setup has not prepared a shared PostgreSQL");
  const address = join(directory, "address");
  try {
    // Only one of several test files can create this directory. That file starts the server.
    mkdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    while (!existsSync(address)) await setTimeout(50);
    return addressIn(address);
  }
  // A rename is atomic, so waiting test files never read an incomplete file.
  const publish = (text: string) => {
    writeFileSync(`${address}.new`, text);
    renameSync(`${address}.new`, address);
  };
  try {
    publish(await startShared(directory));
  } catch (error) {
    publish(`error: ${(error as Error).message}`);
  }
  return addressIn(address);
}

function addressIn(file: string): string {
  const text = readFileSync(file, "utf8");
  if (text.startsWith("error: ")) throw new Error(text);
  return text;
}

/** Starts a server that outlives this process, because it may be a Jest worker. The server stops with Jest, even if Jest is killed. */
async function startShared(directory: string): Promise<string> {
  const installation = requireInstallation();
  const data = initialize(installation, directory);
  const port = await freePort();
  const { programs, ...run } = installation;
  const options = serverOptions(directory, port).join(" ");
  const log = join(directory, "log");
  const { status } = spawnSync(
    join(programs, "pg_ctl"),
    ["start", "-w", "-D", data, "-l", log, "-o", options],
    { ...run, cwd: directory, stdio: "ignore" },
  );
  if (status !== 0) throw new Error(`PostgreSQL did not start:\n${readFileSync(log, "utf8")}`);
  spawn("sh", ["-c", endWithOwner, "sh", process.env[ownerVariable] ?? "", directory], {
    detached: true,
    stdio: "ignore",
  }).unref();
  return urlOf(port);
}

/** SIGQUIT stops a server immediately: https://www.postgresql.org/docs/current/server-shutdown.html */
const endWithOwner = `
  while kill -0 "$1"; do sleep 1; done
  kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
  rm -rf "$2"
`;

/**
 * Starts a separate server, which the caller can restart and stop. If PostgreSQL is missing, installs Debian's packages if possible.
 *
 * @throws Error if PostgreSQL is missing
 */
export async function startPostgres(): Promise<Postgres> {
  const installation = requireInstallation();
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-postgres-"));
  const data = initialize(installation, directory);
  const port = await freePort();
  const { programs, ...run } = installation;
  const launch = async () => {
    const server = spawn(join(programs, "postgres"), ["-D", data, ...serverOptions(directory, port)], {
      ...run,
      cwd: directory,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
    await readiness(server.stderr);
    return async () => {
      server.kill("SIGINT");
      await ended;
    };
  };
  let end = await launch();
  return {
    url: urlOf(port),
    restart: async () => {
      await end();
      end = await launch();
    },
    stop: async () => {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The directory of PostgreSQL's programs, and the user that runs them. */
interface Installation {
  readonly programs: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** @throws Error if PostgreSQL is missing */
function requireInstallation(): Installation {
  const programs = programsOfPostgres();
  if (programs === undefined) throw new Error(noPostgres);
  return { programs, ...ownerOfServer() };
}

/** @returns the directory of the data */
function initialize({ programs, ...run }: Installation, directory: string): string {
  if (run.uid !== undefined && run.gid !== undefined) chownSync(directory, run.uid, run.gid);
  const data = join(directory, "data");
  execFileSync(
    join(programs, "initdb"),
    ["--pgdata", data, "--username", "pulumi", "--auth", "trust", "--no-sync"],
    { ...run, cwd: directory, stdio: "pipe" },
  );
  return data;
}

function serverOptions(directory: string, port: number): string[] {
  return [
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${directory}`,
    "-c",
    "fsync=off",
  ];
}

function urlOf(port: number): string {
  return `postgres://pulumi@127.0.0.1:${port}`;
}

function readiness(log: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    log.setEncoding("utf8");
    log.on("data", (part: string) => {
      text += part;
      if (text.includes("ready to accept connections")) resolve();
    });
    log.on("end", () => reject(new Error(`PostgreSQL did not start:\n${text}`)));
  });
}

function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const directories = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return directories.find(
    (directory) => existsSync(join(directory, "initdb")) && existsSync(join(directory, "postgres")),
  );
}

function install(): string | undefined {
  if (userInfo().uid !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  // Other test files may install at the same time.
  const run = (...args: string[]) =>
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: "pipe",
    }).status === 0;
  const get = () => run("install", "--yes", "--no-install-recommends", "postgresql");
  // A new machine may not have package lists.
  if (!get() && run("update")) get();
  return findPrograms();
}

/** PostgreSQL does not run as root. Debian's package creates a user for it. */
function ownerOfServer(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const id = (option: string) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
