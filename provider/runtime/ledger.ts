import fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseIfJson } from "../api/json";
import { messageOf } from "../api/message-text";

import { RunLedger, type RunRecord } from "../lifecycle/ownership";

/** The address of an engine, such as `127.0.0.1:41235`. Each run of the engine has its own. */
export type EngineAddress = string;

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
   * @param engine the engine of this run. A string that is not an address creates a ledger for this process alone.
   * @param options.isReadOnly whether this process only reads the records of others, because the run deletes nothing.
   */
  constructor(
    engine: EngineAddress,
    private readonly options: { readonly isReadOnly?: boolean } = {},
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
    const path = this.#path;
    if (path !== undefined) quietly(() => fs.rmSync(path, { force: true }));
  }

  protected override append(line: RunRecord): void {
    const path = this.#path;
    if (path === undefined || this.options.isReadOnly === true) {
      super.append(line);
      return;
    }
    try {
      this.#prepare(path);
      // A process that was killed while it wrote may have left a line without an end.
      fs.appendFileSync(path, `\n${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#failure ??= error;
      // Informs the other processes of the run. A new name needs no disk space.
      quietly(() => fs.renameSync(path, `${path}.incomplete`));
    }
  }

  protected override update(): void {
    const path = this.#path;
    if (path === undefined) return;
    try {
      this.#prepare(path);
      if (this.#failure !== undefined) throw this.#failure;
      if (fs.existsSync(`${path}.incomplete`)) throw new Error("another process could not write to it");
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

  /** The lines that were appended since the last time. */
  #newLines(path: string): RunRecord[] {
    const length = (fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0) - this.#readBytes;
    if (length <= 0) return [];
    const bytes = Buffer.alloc(length);
    const file = fs.openSync(path, "r");
    fs.readSync(file, bytes, 0, length, this.#readBytes);
    fs.closeSync(file);
    const end = bytes.lastIndexOf("\n") + 1;
    this.#readBytes += end;
    const lines = bytes.toString("utf8", 0, end).split("\n");
    return lines.flatMap((line) => (parseIfJson(line) as RunRecord | undefined) ?? []);
  }

  /** Creates the directory, and deletes files of earlier runs. */
  #prepare(path: string): void {
    if (this.#isReady) return;
    const parent = dirname(path);
    fs.mkdirSync(parent, { recursive: true, mode: 0o700 });
    // In a shared directory such as /tmp, another user may have created a directory or symbolic link with this name.
    const stats = fs.lstatSync(parent);
    const isOpen = user !== undefined && (stats.uid !== user || (stats.mode & 0o077) !== 0);
    if (isOpen || !stats.isDirectory())
      throw new Error(`${parent} must be a directory that you own and other users cannot access`);
    const isFirst = !fs.existsSync(path);
    // The first process of a run deletes the files of all earlier runs, the others at most those with the same name.
    const names = isFirst ? fs.readdirSync(parent) : [basename(path), `${basename(path)}.incomplete`];
    for (const name of names) {
      const file = join(parent, name);
      const isSameName = path.endsWith("-.jsonl") && file.startsWith(path);
      const limitMs = isSameName ? staleAfterMs.sameName : staleAfterMs.otherName;
      quietly(() => {
        if (fs.statSync(file).mtimeMs < Date.now() - limitMs) fs.rmSync(file);
      });
    }
    this.#isReady = true;
  }
}

/** The inode of the socket that listens at an address of this machine, unique while the machine runs (Linux, proc_pid_net(5)). */
function inodeOf(host: string, port: number): string | undefined {
  const hexadecimal = (bytes: readonly number[]) => Buffer.from(bytes).toString("hex").toUpperCase();
  const address = hexadecimal(host.split(".").reverse().map(Number));
  // Columns: local address, remote address, state (0A: listening), five others, inode.
  const row = new RegExp(` ${address}:${hexadecimal([port >> 8, port])} \\S+ 0A(?: +\\S+){5} +(\\d+)`);
  try {
    return row.exec(fs.readFileSync("/proc/net/tcp", "latin1"))?.[1];
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
