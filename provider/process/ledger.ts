import {
  appendFileSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../lifecycle/messages";
import { type Identity, MemoryLedger, newUid, type RunEvent, type RunRecord } from "../lifecycle/ownership";

/** The address of an engine, such as `127.0.0.1:41235`. Each run of the engine has its own. */
export type EngineAddress = string;

/** A line of a file. */
type Line =
  | RunRecord
  | { readonly event: "checks" }
  | { readonly event: "account"; readonly account: string };

const extension = ".jsonl";

/** Marks the file of a process that could not write a record. */
const incomplete = ".incomplete";

/**
 * How long the records of a run stay valid without a process that uses them, in milliseconds. In a run there can be a gap: the program has
 * ended, the engine has closed a provider that has left the program, and starts another one for its deletions.
 */
const gapMs = 600_000;

/** Undefined on Windows, where each user has a directory for temporary files that others cannot access. */
const user = process.getuid?.();

/**
 * The records that the processes of one engine run share: the program, and the provider processes of all providers and both provider types.
 * They are in a directory that is named after the engine's address and that only this user can access. Each process appends lines of JSON to
 * its own file, so a process that is killed while it writes a line spoils no other record.
 *
 * The operating system can give an address to a later engine. Therefore the directory's name also contains the inode of the engine's socket
 * (Linux only), and a directory expires if its processes have ended and it has not changed for ten minutes.
 *
 * The records contain names and IDs, and no secrets.
 */
export class Ledger extends MemoryLedger {
  readonly #directory: string | undefined;
  readonly #accounts = new Set<string>();
  /** By file name: the number of bytes that are read. */
  readonly #read = new Map<string, number>();
  #file: string | undefined;
  #isOwn = false;
  #failure: unknown;
  #recordsCheck = true;

  /** @param engine the engine of this run. A text that is not an address makes a ledger for this process alone. */
  constructor(engine: EngineAddress) {
    super();
    const [, host, port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (host !== undefined && port !== undefined) {
      this.#directory = join(parentDirectory(), `${host}-${port}${inodeOf(host, Number(port))}`);
    }
  }

  override record(event: RunEvent, identity: Identity, urn?: string): void {
    const { externalBusinessId, account, providerName, integrationId, connectedUserId, uid } = identity;
    this.#append({
      event,
      externalBusinessId,
      account,
      providerName,
      integrationId,
      connectedUserId,
      uid,
      urn,
    });
  }

  override recordCheck(): void {
    if (this.#recordsCheck) this.#append({ event: "checks" });
    this.#recordsCheck = false;
  }

  /** Records an account that the program uses. */
  recordAccount(account: string): void {
    this.#append({ event: "account", account });
  }

  override get hasChecks(): boolean {
    this.#update();
    return super.hasChecks;
  }

  /** The accounts that the program uses, as far as they are recorded. */
  get accounts(): ReadonlySet<string> {
    try {
      this.#update();
    } catch {
      // Only more calls of the account command follow from a missing record.
    }
    return this.#accounts;
  }

  override about(externalBusinessId: string): readonly RunRecord[] {
    this.#update();
    return super.about(externalBusinessId);
  }

  override count(event: "deleting" | "deleted"): number {
    this.#update();
    return super.count(event);
  }

  /** Removes the records, when the engine has ended. */
  remove(): void {
    const directory = this.#directory;
    if (directory !== undefined) quietly(() => rmSync(directory, { recursive: true, force: true }));
  }

  #append(line: Line): void {
    if (this.#directory === undefined) {
      this.#take(line);
      return;
    }
    if (this.#failure !== undefined) return;
    try {
      this.#file ??= createFile(this.#directory);
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    } catch (error) {
      this.#failure = error;
      const file = this.#file;
      // For the other processes of the run. Giving a file another name needs no space on the disk.
      if (file !== undefined) quietly(() => renameSync(file, file + incomplete));
    }
  }

  /** Reads the lines that were appended since the last time. */
  #update(): void {
    const directory = this.#directory;
    if (directory === undefined) return;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      if (!this.#isOwn) makeOwnDirectory(directory);
      this.#isOwn = true;
      for (const name of readdirSync(directory)) {
        if (name.endsWith(incomplete)) throw new Error(`another process of this run could not write ${name}`);
        for (const line of this.#newLines(directory, name)) this.#take(line);
      }
    } catch (error) {
      throw new Error(
        `cannot tell whether another resource holds the same integration, because the records of this run in ${directory} are incomplete: ` +
          `${messageOf(error)}. Make sure that you own the directory and that the disk has space, or set TMPDIR to another directory. Then ` +
          "run the command again.",
        { cause: error },
      );
    }
  }

  #newLines(directory: string, name: string): Line[] {
    const path = join(directory, name);
    const from = this.#read.get(name) ?? 0;
    const length = statSync(path).size - from;
    if (length <= 0) return [];
    const descriptor = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(length);
      const text = bytes.subarray(0, readSync(descriptor, bytes, 0, length, from));
      // The rest may be a line that its process is about to write, or was killed in.
      const end = text.lastIndexOf("\n") + 1;
      const rows = text.toString("utf8", 0, end).split("\n").slice(0, -1);
      const lines = rows.map((row) => JSON.parse(row) as Line);
      this.#read.set(name, from + end);
      return lines;
    } finally {
      closeSync(descriptor);
    }
  }

  #take(line: Line): void {
    if (line.event === "account") this.#accounts.add(line.account);
    else if (line.event === "checks") super.recordCheck();
    else this.add(line);
  }
}

/** Read each time: tests and programs set the environment variable that it depends on. */
function parentDirectory(): string {
  return join(tmpdir(), `pulumi-pinterest-runs-${user ?? "user"}`);
}

/** Creates this process's file, and removes the directories of ended runs. */
function createFile(directory: string): string {
  makeOwnDirectory(directory);
  const parent = parentDirectory();
  for (const name of readdirSync(parent)) quietly(() => removeIfExpired(join(parent, name)));
  makeOwnDirectory(directory);
  const path = join(directory, `${process.pid}-${startOf(process.pid)}-${newUid()}${extension}`);
  closeSync(openSync(path, "ax", 0o600));
  return path;
}

function makeOwnDirectory(directory: string): void {
  for (const path of [parentDirectory(), directory]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    // In a directory for everybody, such as /tmp, another user may have created one with this name, or a link.
    const stats = lstatSync(path);
    const isOwn = user === undefined || (stats.uid === user && (stats.mode & 0o077) === 0);
    if (!stats.isDirectory() || !isOwn)
      throw new Error(`${path} is not a directory that only you can access`);
  }
}

/** Whether the process of a file is alive, so that the file belongs to the run of this engine. */
function isInUse(name: string): boolean {
  const [, pid = "", start] = /^(\d+)-(\w*)-/.exec(name) ?? [];
  try {
    // Signal 0 only tests whether the process exists.
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startOf(Number(pid)) === start;
}

/** What distinguishes a process from an earlier one with the same number: on Linux, when it started (proc_pid_stat(5), field 22). */
function startOf(pid: number): string {
  try {
    // The second field, a name in parentheses, can contain spaces.
    return (
      readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? ""
    );
  } catch {
    return "";
  }
}

function removeIfExpired(directory: string): void {
  const names = readdirSync(directory);
  const changes = [directory, ...names.map((name) => join(directory, name))].map(
    (path) => statSync(path).mtimeMs,
  );
  const isExpired = Math.max(...changes) < Date.now() - gapMs && !names.some(isInUse);
  if (isExpired) rmSync(directory, { recursive: true, force: true });
}

/**
 * The inode of the socket at which a process of this machine listens, as `-` and a number; empty if it is not known. No later socket has
 * the same one (Linux, proc_pid_net(5)).
 */
function inodeOf(host: string, port: number): string {
  // The table has addresses in hexadecimal, with the bytes in the order of the machine.
  const address = host
    .split(".")
    .reverse()
    .map((part) => hexadecimal(Number(part), 2))
    .join("");
  const local = `${address}:${hexadecimal(port, 4)}`;
  const listening = "0A";
  try {
    const rows = readFileSync("/proc/net/tcp", "latin1")
      .split("\n")
      .map((row) => row.trim().split(/\s+/));
    const row = rows.find((columns) => columns[1] === local && columns[3] === listening);
    return row === undefined ? "" : `-${row[9]}`;
  } catch {
    return "";
  }
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // What remains is removed later.
  }
}
