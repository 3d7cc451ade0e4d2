import {
  appendFileSync,
  closeSync,
  existsSync,
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
import { dirname, join } from "node:path";
import { messageOf } from "../lifecycle/messages";
import { type LedgerLine, RunLedger } from "../lifecycle/ownership";
import { parseIfJson } from "../pinterest/json";

/** The address of an engine, such as `127.0.0.1:41235`. Each run of the engine has its own. */
export type EngineAddress = string;

/** Suffix that marks a file to which a process could not write a record. */
const incompleteSuffix = ".incomplete";

const dayMs = 86_400_000;

/** Without the inode of the engine's socket, a file belongs to an earlier run if it has not changed for this time, in milliseconds. */
const staleAfterMs = 600_000;

/**
 * The records that the processes of one engine run share: the program, and the provider processes of all providers and both provider types.
 * They append lines of JSON to a file in a directory that only this user can access. The file's name contains the engine's address and,
 * because systems reuse addresses, the inode of the engine's socket (on Linux). The records contain names and IDs, no secrets.
 */
export class Ledger extends RunLedger {
  readonly #path: string | undefined;
  #isReady = false;
  #readBytes = 0;
  #failure: unknown;

  /**
   * @param engine the engine of this run. A string that is not an address creates a ledger for this process alone.
   * @param options.isReadOnly whether this process only reads the records of others, because the run deletes nothing.
   */
  constructor(
    engine: EngineAddress,
    private readonly options: { readonly isReadOnly?: boolean } = {},
  ) {
    super();
    const [, host, port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (host === undefined || port === undefined) return;
    this.#path = join(directory(), `${host}-${port}-${inodeOf(host, Number(port)) ?? ""}.jsonl`);
  }

  /** Deletes the file. Call it after the engine has ended. */
  remove(): void {
    const path = this.#path;
    if (path !== undefined) quietly(() => rmSync(path, { force: true }));
  }

  protected override append(line: LedgerLine): void {
    const path = this.#path;
    if (path === undefined || this.options.isReadOnly === true) {
      super.append(line);
      return;
    }
    try {
      this.#prepare(path);
      // A process that was killed while it wrote may have left a line without an end.
      appendFileSync(path, `\n${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#failure ??= error;
      // Informs the other processes of the run. A new name needs no disk space.
      quietly(() => renameSync(path, path + incompleteSuffix));
    }
  }

  /** Reads the lines that were appended since the last time. */
  protected override update(): void {
    const path = this.#path;
    if (path === undefined || (this.options.isReadOnly === true && !existsSync(path))) return;
    try {
      this.#prepare(path);
      if (this.#failure !== undefined) throw this.#failure;
      if (existsSync(path + incompleteSuffix))
        throw new Error("another process of this run could not write to it");
      for (const line of this.#newLines(path)) this.take(line);
    } catch (error) {
      throw new Error(
        `cannot check whether another resource holds the integration, because the record of this run (${path}) is incomplete: ` +
          `${messageOf(error)}. Check that only you can access its directory and that the disk has space, or set TMPDIR to another ` +
          "directory. Then run the command again.",
        { cause: error },
      );
    }
  }

  #newLines(path: string): LedgerLine[] {
    const length = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) - this.#readBytes;
    if (length <= 0) return [];
    const bytes = Buffer.alloc(length);
    const file = openSync(path, "r");
    let read: Buffer;
    try {
      read = bytes.subarray(0, readSync(file, bytes, 0, length, this.#readBytes));
    } finally {
      closeSync(file);
    }
    const end = read.lastIndexOf("\n") + 1;
    this.#readBytes += end;
    return read
      .toString("utf8", 0, end)
      .split("\n")
      .flatMap((line) => (parseIfJson(line) as LedgerLine | undefined) ?? []);
  }

  /** Creates the directory, and deletes files of earlier runs. */
  #prepare(path: string): void {
    if (this.#isReady) return;
    const parent = dirname(path);
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    // In a shared directory such as /tmp, another user may have created a directory or symbolic link with this name.
    const stats = lstatSync(parent);
    const isOwn = user === undefined || (stats.uid === user && (stats.mode & 0o077) === 0);
    if (!stats.isDirectory() || !isOwn)
      throw new Error(`${parent} must be a directory that you own and other users cannot access`);
    for (const name of readdirSync(parent)) {
      const file = join(parent, name);
      const mayBeEarlierRun = file.startsWith(path) && path.endsWith("-.jsonl");
      quietly(() => {
        if (statSync(file).mtimeMs < Date.now() - (mayBeEarlierRun ? staleAfterMs : dayMs)) rmSync(file);
      });
    }
    this.#isReady = true;
  }
}

/** Undefined on Windows, where each user has a directory for temporary files that others cannot access. */
const user = process.getuid?.();

/** Read each time: tests and programs set the environment variable that it depends on. */
function directory(): string {
  return join(tmpdir(), `pulumi-pinterest-runs-${user ?? "user"}`);
}

/** The inode of the socket that listens at an address of this machine, unique while the machine runs (Linux, proc_pid_net(5)). */
function inodeOf(host: string, port: number): string | undefined {
  const hexadecimal = (value: number, digits: number) =>
    value.toString(16).toUpperCase().padStart(digits, "0");
  const reversed = host.split(".").reverse();
  const address = `${reversed.map((part) => hexadecimal(Number(part), 2)).join("")}:${hexadecimal(port, 4)}`;
  try {
    const rows = readFileSync("/proc/net/tcp", "latin1").split("\n");
    // Columns: number, local address, remote address, state (0A: listening), six others, inode.
    const row = rows
      .map((text) => text.trim().split(/\s+/))
      .find((one) => one[1] === address && one[3] === "0A");
    return row?.[9];
  } catch {
    return undefined;
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // A failed cleanup does not affect this run.
  }
}
