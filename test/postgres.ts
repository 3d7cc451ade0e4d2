import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** A PostgreSQL server of the test's own, on this machine only. */
export interface Postgres {
  /** As `postgres://…`, without the database. */
  readonly url: string;
  /** Ends it, with all connections, and starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Why there is no server where there is none. */
export const noPostgres =
  "PostgreSQL is not installed, and installing it takes apt-get, its packages and root";

/** Where PostgreSQL's programs are, installed from Debian's packages where that can be done; undefined where it cannot. */
export function programsOfPostgres(): string | undefined {
  return findPrograms() ?? install();
}

/**
 * Starts a server from the machine's PostgreSQL, which is installed from Debian's packages where that can be done.
 *
 * @returns why not, where there is none to be had.
 */
export async function startPostgres(): Promise<Postgres | string> {
  const programs = programsOfPostgres();
  if (programs === undefined) return noPostgres;
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-postgres-"));
  const owner = ownerOfServer();
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  const run = { ...owner, cwd: directory, stdio: "pipe" as const };
  const data = join(directory, "data");
  execFileSync(
    join(programs, "initdb"),
    ["--pgdata", data, "--username", "pulumi", "--auth", "trust", "--no-sync"],
    run,
  );
  const port = await freePort();
  const launch = async () => {
    const server = spawn(
      join(programs, "postgres"),
      [
        "-D",
        data,
        "-p",
        String(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        `unix_socket_directories=${directory}`,
        "-c",
        "fsync=off",
      ],
      { ...owner, cwd: directory, stdio: ["ignore", "ignore", "pipe"] },
    );
    const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
    await readiness(server.stderr);
    return async () => {
      server.kill("SIGINT");
      await ended;
    };
  };
  let end = await launch();
  return {
    url: `postgres://pulumi@127.0.0.1:${port}`,
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
  const places = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return places.find((place) => existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")));
}

function install(): string | undefined {
  if (userInfo().uid !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  // Other test files may be at it at the same time.
  const run = (...args: string[]) =>
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: "pipe",
    }).status === 0;
  const get = () => run("install", "--yes", "--no-install-recommends", "postgresql");
  // A machine that is new may not know yet what there is.
  if (!get() && run("update")) get();
  return findPrograms();
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
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
