import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ifPossible } from "../api/files";
import { parseIfJson } from "../api/json";
import { messageOf } from "../api/message-text";
import { keyOf, pick, placeNames } from "./outputs";
import type { DeletionLimits } from "./ownership";

const identityNames = [...placeNames, "integrationId", "connectedUserId", "uid", "urn", "managed"] as const;

/** A resource and its integration, as far as they are known. See `identityOf`. */
export type Identity = { readonly externalBusinessId: string } & {
  readonly [Name in (typeof identityNames)[number]]?: string | undefined;
};

/** What happens to a resource in a run. */
type ResourceEvent =
  /** State has the resource: it was read, compared or updated, or the engine has answered its registration. */
  | "held"
  /** Like `held`, after a comparison with an unknown value, because a resource that it depends on is deleted first. */
  | "undetermined"
  /** A create or an import has put the resource into state. */
  | "created"
  /** The engine will create the resource. Ends with `created` or `wanted`. */
  | "planned"
  /** The process creates the resource. Ends in the same way. */
  | "creating"
  /** The program has the integration in a resource that is not in state: its create failed, it was skipped, or it is only read. */
  | "wanted"
  /** The program declares another integration than the resource has in state: a command with targets skips the change, or a transform undoes it. */
  | "declared"
  /** The engine deletes the resource. Ends with `removed`, or after a failure with `held`. */
  | "leaving"
  /** The process is about to delete the integration at Pinterest. */
  | "deleting"
  /** The resource has left state. */
  | "removed";

/** What happens in a run as a whole. */
type RunEvent =
  /** A program that records its registrations has started. Only those in JavaScript and TypeScript do that. */
  | "program"
  /** A resource of this program was skipped or failed, so that others may not have been declared. */
  | "incomplete"
  /** This program has ended, and all its registrations were answered. */
  | "ended"
  /** The engine has closed a provider process, so it has saved state. */
  | "closed"
  /** The program uses an account. */
  | "account"
  /** The limits on deletions of a process. */
  | "limits";

export interface RunRecord extends Identity {
  readonly event: ResourceEvent;
}

type RunNote = DeletionLimits & { readonly event: RunEvent; readonly account?: string };

/** The first line of each process. That of the process that has created the file has the ID of the run. */
interface ProcessLine {
  readonly pid: number;
  readonly run?: string;
}

/** How long the file of an interrupted run is kept for the next command of its stack, in milliseconds: a week. */
const keptForMs = 7 * 86_400_000;

/**
 * The records that the processes of one engine run share: the program, and the provider processes of all providers and both provider types.
 * They append lines of JSON to a file in a directory that only this user can access. The file's name contains the engine's address. Systems
 * reuse addresses, so each process also writes its ID: if all of them have ended, the file belongs to an earlier run. The records contain names and
 * IDs, no secrets.
 */
export class RunLedger {
  /**
   * The directory of the files. Tests replace it. It does not depend on environment variables (except on Windows, whose directory is private to
   * the user), because a program that changes them would have a ledger of its own.
   */
  static directory =
    process.platform === "win32"
      ? join(tmpdir(), "pulumi-pinterest-runs")
      : `/tmp/pulumi-pinterest-runs-${process.getuid?.()}`;

  readonly #path: string | undefined;
  readonly #isReadOnly: boolean;
  #run: string | undefined;
  #readBytes = 0;
  #failure: unknown;
  readonly #records = new Map<string, RunRecord[]>();
  readonly #notes: RunNote[] = [];
  readonly #noted = new Set<string>();
  readonly #creates = new Map<string, RunRecord>();
  #deletions = 0;

  /**
   * @param engine the address of this run's engine, such as `127.0.0.1:41235`. Another string creates a ledger for this process alone.
   * @param options.isReadOnly whether this process only reads the records of others, because the run deletes nothing.
   */
  constructor(engine = "", { isReadOnly = false }: { readonly isReadOnly?: boolean | undefined } = {}) {
    this.#isReadOnly = isReadOnly;
    const [, host, port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (port !== undefined) this.#path = join(RunLedger.directory, `${host}-${port}.jsonl`);
  }

  /**
   * Records an event of a resource. Never throws: a record that cannot be written makes {@link RunLedger.assertComplete} throw, in every
   * process of the run.
   */
  record(event: ResourceEvent, identity: Identity): void {
    this.#append({ event, ...pick(identity, identityNames) });
  }

  /** Records an event of the whole run, once for each process. */
  note(event: RunEvent, details: Omit<RunNote, "event"> = {}): void {
    const note = { event, ...details };
    const key = JSON.stringify(note);
    if (!this.#noted.has(key)) this.#append(note);
    this.#noted.add(key);
  }

  /** The records about an external business ID, in order. None if a record of the run is missing. */
  about(externalBusinessId: string): readonly RunRecord[] {
    this.#update();
    return this.#records.get(externalBusinessId) ?? [];
  }

  /** The external business IDs of the resources in state, as far as they were read or compared. @param urn only of this resource */
  heldIds(urn?: string): string[] {
    this.#update();
    return [...this.#records].flatMap(([id, records]) => {
      const removed = new Set(records.flatMap(({ event, uid }) => (event === "removed" ? uid : [])));
      const isHeld = (one: RunRecord) =>
        one.event === "held" && (urn === undefined || one.urn === urn) && !removed.has(one.uid);
      return records.some(isHeld) ? id : [];
    });
  }

  /** The notes of an event in all processes. */
  notes(event: RunEvent): RunNote[] {
    this.#update();
    return this.#notes.filter((note) => note.event === event);
  }

  /** The creates of all processes that have not ended. */
  get unfinishedCreates(): readonly RunRecord[] {
    this.#update();
    return [...this.#creates.values()];
  }

  /** The number of deletions at Pinterest, finished or not. */
  get deletions(): number {
    this.#update();
    return this.#deletions;
  }

  /** The accounts that the program uses. */
  get accounts(): ReadonlySet<string> {
    return new Set(this.notes("account").flatMap(({ account }) => account ?? []));
  }

  /** @throws Error if a record of the run is missing. */
  assertComplete(): void {
    this.#update();
    if (this.#failure === undefined) return;
    throw new Error(
      `cannot check whether another resource holds the integration, because the record of this run (${this.#path}) is incomplete: ` +
        `${messageOf(this.#failure)}. Check that only you can access its directory and that the disk has space. Then run the command again.`,
      { cause: this.#failure },
    );
  }

  /**
   * Deletes the files of earlier runs, but for a week not those with interrupted creates of other stacks.
   *
   * @param urn the URN of a resource of this stack
   * @returns the creates of this stack whose results may be missing in state
   */
  static collectInterruptedCreates(urn: string): RunRecord[] {
    const stack = urn.split("::", 2).join("::");
    const isOfStack = (one: RunRecord) => one.urn?.startsWith(`${stack}::`) === true;
    const files = ifPossible(() => fs.readdirSync(RunLedger.directory)) ?? [];
    return files.flatMap((name) => {
      const path = join(RunLedger.directory, name);
      const lines = linesOf(path);
      if (lines === undefined || isInUse(lines)) return [];
      const ledger = new RunLedger();
      ledger.#addLines(lines);
      const isClosed = ledger.notes("closed").length > 0;
      const creates = isClosed ? ledger.unfinishedCreates : [...ledger.#records.values()].flat();
      const ofId = new Map(creates.filter(isCreate).map((one) => [one.externalBusinessId, one]));
      const interrupted = [...ofId.values()];
      const isRecent = Date.now() - (ifPossible(() => fs.statSync(path).mtimeMs) ?? 0) < keptForMs;
      if (isRecent && !interrupted.every(isOfStack)) return [];
      ifPossible(() => fs.rmSync(path));
      return interrupted.filter(isOfStack);
    });
  }

  /** Deletes the file. Call it after the engine has ended. */
  remove(): void {
    this.#access((path) => fs.rmSync(path, { force: true }));
  }

  #append(line: RunRecord | RunNote): void {
    if (this.#path === undefined || this.#isReadOnly) this.#add(line);
    else this.#access((path) => appendLine(path, line));
  }

  #add(line: RunRecord | RunNote): void {
    if (!("externalBusinessId" in line)) {
      this.#notes.push(line);
      return;
    }
    const { event, externalBusinessId } = line;
    if (event === "deleting") this.#deletions += 1;
    if (event === "planned" || event === "creating") this.#creates.set(keyOf(line), line);
    if (event === "created" || event === "wanted") this.#creates.delete(keyOf(line));
    const records = this.#records.get(externalBusinessId) ?? [];
    this.#records.set(externalBusinessId, records);
    records.push(line);
  }

  /** Reads the lines that processes have appended since the last time. */
  #update(): void {
    this.#access((path) => {
      const { size } = fs.statSync(path);
      if (size < this.#readBytes) throw new Error("it has become shorter");
      if (size === this.#readBytes) return;
      const bytes = Buffer.alloc(size - this.#readBytes);
      const file = fs.openSync(path, "r");
      fs.readSync(file, bytes, 0, bytes.length, this.#readBytes);
      fs.closeSync(file);
      const end = bytes.lastIndexOf("\n") + 1;
      this.#readBytes += end;
      this.#addLines(bytes.toString("utf8", 0, end));
    });
  }

  #addLines(lines: string): void {
    for (const line of parsed<RunRecord | RunNote | ProcessLine>(lines)) if ("event" in line) this.#add(line);
  }

  /** Reads or writes the file. A failure is final, and makes {@link assertComplete} throw in every process of the run. */
  #access(action: (path: string) => void): void {
    const path = this.#path;
    if (path === undefined || this.#failure !== undefined) return;
    try {
      this.#run ??= openFile(path);
      if (runOf(path) !== this.#run)
        throw new Error("another process could not write to it, or it was deleted");
      action(path);
    } catch (error) {
      this.#failure = error;
      this.#records.clear();
      // Informs the other processes, but not those of another run. A new name needs no disk space.
      if (this.#run === undefined || runOf(path) === this.#run)
        ifPossible(() => fs.renameSync(path, incompleteOf(path)));
    }
  }
}

/** Whether a create was sent, or has ended. */
function isCreate({ event }: RunRecord): boolean {
  return event === "creating" || event === "created";
}

/** The path to which a process renames a file that it cannot write to. */
function incompleteOf(path: string): string {
  return `${path}.incomplete`;
}

/** Opens the file of a run, and creates it if it is missing or belongs to an earlier run. @returns the run's ID. */
function openFile(path: string): string {
  prepareDirectory();
  if (isInUse(linesOf(incompleteOf(path)) ?? "")) throw new Error("another process could not write to it");
  const run = randomUUID();
  // The content appears with the name, so that another process never reads a file without its first line.
  const draft = `${path}.${run}`;
  fs.writeFileSync(draft, `${JSON.stringify({ pid: process.pid, run })}\n`, { mode: 0o600 });
  try {
    const lines = linesOf(path);
    // If two processes do this at the same time, one of them finds that its file was renamed, and then deletes nothing.
    if (lines !== undefined && !isInUse(lines)) fs.renameSync(path, `${draft}.earlier`);
    if (ifPossible(() => fs.linkSync(draft, path) ?? true)) return run;
    appendLine(path, { pid: process.pid });
    const found = runOf(path);
    if (found === undefined) throw new Error("its first line is missing");
    return found;
  } finally {
    fs.rmSync(draft);
  }
}

/** Appends a line to an existing file. A process that was killed while it wrote may have left a line without an end. */
function appendLine(path: string, line: ProcessLine | RunRecord | RunNote): void {
  const flag = fs.constants.O_APPEND | fs.constants.O_WRONLY;
  fs.appendFileSync(path, `\n${JSON.stringify(line)}\n`, { flag: flag as unknown as string });
}

function prepareDirectory(): void {
  const { directory } = RunLedger;
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const user = process.getuid?.();
  // In a shared directory such as /tmp, another user may have created a directory or symbolic link with this name.
  const stats = fs.lstatSync(directory);
  const isOpen = user !== undefined && (stats.uid !== user || (stats.mode & 0o077) !== 0);
  if (isOpen || !stats.isDirectory())
    throw new Error(`${directory} must be a directory that you own and other users cannot access`);
}

/** More bytes than the first line of a file has. */
const maxFirstLineBytes = 200;

/** The ID of the run that a file belongs to. Undefined if there is no such file. */
function runOf(path: string): string | undefined {
  const file = ifPossible(() => fs.openSync(path, "r"));
  if (file === undefined) return undefined;
  const bytes = Buffer.alloc(maxFirstLineBytes);
  const length = fs.readSync(file, bytes, 0, maxFirstLineBytes, 0);
  fs.closeSync(file);
  return parsed<ProcessLine>(bytes.toString("utf8", 0, length))[0]?.run;
}

function linesOf(path: string): string | undefined {
  return ifPossible(() => fs.readFileSync(path, "utf8"));
}

/** Parses lines of JSON. Omits a line that a killed process has not completed. */
function parsed<Line extends object>(lines: string): Line[] {
  return lines.split("\n").flatMap((line) => (parseIfJson(line) as Line | undefined) ?? []);
}

/** Whether a process that has written to a file is running. */
function isInUse(lines: string): boolean {
  return parsed<Partial<ProcessLine>>(lines).some(({ pid }) => pid !== undefined && isRunning(pid));
}

/** Whether a process of this machine exists, also one of another user. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
