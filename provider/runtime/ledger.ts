import fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ifPossible } from "../api/files";
import { parseIfJson } from "../api/json";
import { messageOf } from "../api/message-text";
import { RunLedger, type RunRecord } from "../lifecycle/ownership";

/**
 * A file that has not changed for this time belongs to an earlier run, in milliseconds. Without an inode, an earlier run's file can have
 * the same name.
 */
const staleAfterMs = { otherName: 86_400_000, sameName: 600_000 };

/** Undefined on Windows, where each user has a directory for temporary files that others cannot access. */
const user = process.getuid?.();

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
   * @param engine the address of this run's engine, such as `127.0.0.1:41235`. Another string creates a ledger for this process alone.
   * @param isReadOnly whether this process only reads the records of others, because the run deletes nothing.
   */
  constructor(
    engine: string,
    private readonly isReadOnly = false,
  ) {
    super();
    const [, host = "", port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (port === undefined) return;
    const name = `${host}-${port}-${inodeOf(host, Number(port)) ?? ""}.jsonl`;
    // Read each time: tests and programs set the environment variable that it depends on.
    this.#path = join(tmpdir(), `pulumi-pinterest-runs-${user ?? "user"}`, name);
  }

  /** Deletes the file. Call it after the engine has ended. */
  remove(): void {
    this.#access((path) => fs.rmSync(path, { force: true }));
  }

  override assertComplete(): void {
    this.update();
    if (this.#failure === undefined) return;
    throw new Error(
      `cannot check whether another resource holds the integration, because the record of this run (${this.#path}) is incomplete: ` +
        `${messageOf(this.#failure)}. Check that only you can access its directory and that the disk has space, or set TMPDIR to another ` +
        "directory. Then run the command again.",
      { cause: this.#failure },
    );
  }

  protected override append(line: RunRecord): void {
    if (this.#path === undefined || this.isReadOnly) super.append(line);
    // A process that was killed while it wrote may have left a line without an end.
    else this.#access((path) => fs.appendFileSync(path, `\n${JSON.stringify(line)}\n`, { mode: 0o600 }));
  }

  protected override update(): void {
    this.#access((path) => this.#readNewLines(path));
  }

  /** Reads or writes the file. A failure is final, and makes {@link assertComplete} throw in every process of the run. */
  #access(action: (path: string) => void): void {
    const path = this.#path;
    if (path === undefined || this.#failure !== undefined) return;
    const incomplete = `${path}.incomplete`;
    try {
      if (!this.#isReady) prepareDirectory(path);
      this.#isReady = true;
      if (fs.existsSync(incomplete)) throw new Error("another process could not write to it");
      action(path);
    } catch (error) {
      this.#failure = error;
      this.forget();
      // Informs the other processes. A new name needs no disk space.
      ifPossible(() => fs.renameSync(path, incomplete));
    }
  }

  /** Reads the lines that were appended since the last time. */
  #readNewLines(path: string): void {
    const length = (fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0) - this.#readBytes;
    if (length <= 0) return;
    const bytes = Buffer.alloc(length);
    const file = fs.openSync(path, "r");
    fs.readSync(file, bytes, 0, length, this.#readBytes);
    fs.closeSync(file);
    const end = bytes.lastIndexOf("\n") + 1;
    this.#readBytes += end;
    const records = bytes.toString("utf8", 0, end).split("\n").map(parseIfJson);
    for (const record of records) if (record !== undefined) this.take(record as RunRecord);
  }
}

/** Creates the directory of a file, and deletes the files of earlier runs in it. */
function prepareDirectory(path: string): void {
  const directory = dirname(path);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  // In a shared directory such as /tmp, another user may have created a directory or symbolic link with this name.
  const stats = fs.lstatSync(directory);
  const isOpen = user !== undefined && (stats.uid !== user || (stats.mode & 0o077) !== 0);
  if (isOpen || !stats.isDirectory())
    throw new Error(`${directory} must be a directory that you own and other users cannot access`);
  for (const name of fs.readdirSync(directory)) {
    const file = join(directory, name);
    const isSameName = path.endsWith("-.jsonl") && file.startsWith(path);
    const limitMs = isSameName ? staleAfterMs.sameName : staleAfterMs.otherName;
    ifPossible(() => {
      if (fs.statSync(file).mtimeMs < Date.now() - limitMs) fs.rmSync(file);
    });
  }
}

/** The inode of the socket that listens at an address of this machine, unique while the machine runs (Linux, proc_pid_net(5)). */
function inodeOf(host: string, port: number): string | undefined {
  const hexadecimal = (bytes: readonly number[]) => Buffer.from(bytes).toString("hex").toUpperCase();
  const address = hexadecimal(host.split(".").reverse().map(Number));
  // Columns: local address, remote address, state (0A: listening), five others, inode.
  const row = new RegExp(` ${address}:${hexadecimal([port >> 8, port])} \\S+ 0A(?: +\\S+){5} +(\\d+)`);
  return ifPossible(() => row.exec(fs.readFileSync("/proc/net/tcp", "latin1"))?.[1]);
}
