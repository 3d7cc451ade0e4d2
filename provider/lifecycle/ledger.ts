import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ifPossible } from "../api/files";
import { messageOf } from "../api/message-text";
import { identityNames, keyOf, pick } from "./outputs";
import type { DeletionLimits } from "./ownership";

const recordedNames = [...identityNames, "urn", "managed"] as const;

/** A resource and its integration, as far as they are known. See `identityOf`. */
export type Identity = { readonly externalBusinessId: string } & {
  readonly [Name in (typeof recordedNames)[number]]?: string | undefined;
};

/** What happens to a resource in a run. */
type ResourceEvent =
  /** State has the resource under this URN: the engine reads it. */
  | "read"
  /** State has the resource under this URN: the engine has answered its registration. */
  | "registered"
  /** State has the resource: it was compared or updated. The URN is the program's; state can still have the one from before a rename. */
  | "held"
  /** Like `held`, after a comparison with an unknown value, because a resource that it depends on is deleted first. */
  | "undetermined"
  /** A create has succeeded, at least in part. State has the resource after the engine has saved the result. */
  | "created"
  /** The engine will create the resource. Ends with `created` or `wanted`. */
  | "planned"
  /** The process creates the resource. Ends in the same way. */
  | "creating"
  /** The program has the integration in a resource that is not in state: its create failed, it was skipped, it is only read, or it is being imported. */
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
  /** An account has failed, and the engine continues with the other resources. */
  | "awaiting"
  /** This program has ended without an error. After `process.exit()`, registrations may be unanswered. */
  | "ended"
  /** The engine has closed a provider process with SIGINT, so it has saved state. */
  | "closed"
  /** The program uses an account. */
  | "account"
  /** The limits on deletions of a process. */
  | "limits"
  /** The tokens of a process that reads resources in state. The engine has configured it as in the last update. */
  | "tokens in state"
  /** The tokens of a process that checks resources of the program. */
  | "tokens of the program";

export interface RunRecord extends Identity {
  readonly event: ResourceEvent;
}

/** Whether a record shows a resource in state. */
export function isHeld({ event }: RunRecord): boolean {
  return ["read", "registered", "held"].includes(event);
}

type RunNote = DeletionLimits & {
  readonly event: RunEvent;
  readonly account?: string;
  /** The explicit provider's name, for tokens. */
  readonly provider?: string | undefined;
  /** A digest of tokens, too short to test guesses. */
  readonly digest?: string;
};

/** How long the file of an interrupted run is kept for the next command of its stack: a week. */
const keptForMs = 7 * 86_400_000;

/** What the processes of a run have recorded, in order. */
export class RunRecords {
  readonly #ofId = new Map<string, RunRecord[]>();
  readonly #notes: RunNote[] = [];
  readonly #creates = new Map<string, RunRecord>();
  #deletions = 0;

  add(line: RunRecord | RunNote): void {
    if (!("externalBusinessId" in line)) {
      this.#notes.push(line);
      return;
    }
    const { event, externalBusinessId } = line;
    if (event === "deleting") this.#deletions += 1;
    if (event === "planned" || event === "creating") this.#creates.set(keyOf(line), line);
    if (event === "created" || event === "wanted") this.#creates.delete(keyOf(line));
    const records = this.#ofId.get(externalBusinessId) ?? [];
    this.#ofId.set(externalBusinessId, records);
    records.push(line);
  }

  /** The records about an external business ID. */
  about(externalBusinessId: string): readonly RunRecord[] {
    return this.#ofId.get(externalBusinessId) ?? [];
  }

  /** The external business IDs of the resources in state, as far as they were read or compared. @param urn only of this resource */
  heldIds(urn?: string): string[] {
    return [...this.#ofId].flatMap(([id, records]) => {
      const removed = new Set(records.flatMap(({ event, uid }) => (event === "removed" ? uid : [])));
      const isKept = (one: RunRecord) =>
        isHeld(one) && (urn === undefined || one.urn === urn) && !removed.has(one.uid);
      return records.some(isKept) ? id : [];
    });
  }

  notes(event: RunEvent): RunNote[] {
    return this.#notes.filter((note) => note.event === event);
  }

  /** The creates that have not ended. */
  get unfinishedCreates(): readonly RunRecord[] {
    return [...this.#creates.values()];
  }

  /** The creates whose results may be missing in state, after all processes have ended. */
  get interruptedCreates(): readonly RunRecord[] {
    const isClosed = this.notes("closed").length > 0;
    const creates = isClosed ? this.unfinishedCreates : [...this.#ofId.values()].flat();
    const isSent = ({ event }: RunRecord) => event === "creating" || event === "created";
    return [...new Map(creates.filter(isSent).map((one) => [one.externalBusinessId, one])).values()];
  }

  /** The number of deletions at Pinterest, finished or not. */
  get deletions(): number {
    return this.#deletions;
  }

  /** The accounts that the program uses. */
  get accounts(): ReadonlySet<string> {
    return new Set(this.notes("account").flatMap(({ account }) => account ?? []));
  }
}

/**
 * The records that the processes of one engine run share: the program, and the provider processes of all providers and both provider types.
 * They append lines of JSON to a file in a directory that only this user can access. The file's name contains the engine's address. Systems
 * reuse addresses, so each process also writes its ID: if all of them have ended, the file belongs to an earlier run. The records contain names,
 * IDs and short digests of tokens, no secrets.
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
  /** The first line of the file, which identifies the run. */
  #firstLine: string | undefined;
  #readBytes = 0;
  #failure: unknown;
  #records = new RunRecords();
  readonly #noted = new Set<string>();

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
   * Records an event of a resource. Never throws: a record that cannot be written makes {@link RunLedger.completeRecords} throw, in every
   * process of the run.
   */
  record(event: ResourceEvent, identity: Identity): void {
    this.#append({ event, ...pick(identity, recordedNames) });
  }

  /** Records an event of the whole run, once for each process. */
  note(event: RunEvent, details: Omit<RunNote, "event"> = {}): void {
    const note = { event, ...details };
    const key = JSON.stringify(note);
    if (!this.#noted.has(key)) this.#append(note);
    this.#noted.add(key);
  }

  /** The records of all processes up to now. None if one is missing. */
  get records(): RunRecords {
    this.#access((file) => {
      const { size } = fs.fstatSync(file);
      if (size < this.#readBytes) throw new Error("it has become shorter");
      const bytes = Buffer.alloc(size - this.#readBytes);
      fs.readSync(file, bytes, 0, bytes.length, this.#readBytes);
      const end = bytes.lastIndexOf("\n") + 1;
      this.#readBytes += end;
      for (const line of recordsIn(bytes.toString("utf8", 0, end))) this.#records.add(line);
    });
    return this.#records;
  }

  /** The records of all processes up to now. @throws Error if one is missing. */
  completeRecords(): RunRecords {
    const { records } = this;
    if (this.#failure === undefined) return records;
    throw new Error(
      `cannot check whether another resource holds the integration, because the record of this run (${this.#path}) is incomplete: ` +
        `${messageOf(this.#failure)}. Check that only you can access its directory and that the disk has space. Then run the command again.`,
      { cause: this.#failure },
    );
  }

  /**
   * The creates of earlier runs of this stack whose results may be missing in state. Deletes the files of earlier runs. Keeps a file with
   * interrupted creates of another stack for a week.
   *
   * @param urn the URN of a resource of this stack
   * @param options.isKept whether to keep the files with interrupted creates of this stack, too
   */
  static interruptedCreates(urn: string, { isKept }: { readonly isKept: boolean }): RunRecord[] {
    const stack = urn.split("::", 2).join("::");
    const isOfStack = (one: RunRecord) => one.urn?.startsWith(`${stack}::`) === true;
    const files = ifPossible(() => fs.readdirSync(RunLedger.directory)) ?? [];
    return files.flatMap((name) => {
      const path = join(RunLedger.directory, name);
      const lines = linesOf(path);
      if (lines === undefined || (!name.endsWith(".ended") && isInUse(lines))) return [];
      const isRecent = Date.now() - (ifPossible(() => fs.statSync(path).mtimeMs) ?? 0) < keptForMs;
      // A process may be about to write it.
      if (name.endsWith(draftSuffix) && isRecent) return [];
      const records = new RunRecords();
      for (const line of recordsIn(lines)) records.add(line);
      const interrupted = records.interruptedCreates;
      const ofStack = interrupted.filter(isOfStack);
      const isNeeded = isKept ? interrupted.length > 0 : ofStack.length < interrupted.length;
      if (!(isRecent && isNeeded)) ifPossible(() => fs.rmSync(path));
      return ofStack;
    });
  }

  /** Deletes the file. Call it after the engine has ended. Keeps interrupted creates for the next command, although this process may go on. */
  remove(): void {
    const isNeeded = this.records.interruptedCreates.length > 0;
    this.#access((_file, path) => (isNeeded ? fs.renameSync(path, endedOf(path)) : fs.rmSync(path)));
  }

  #append(line: RunRecord | RunNote): void {
    if (this.#path === undefined || this.#isReadOnly) this.#records.add(line);
    else this.#access((file) => appendLine(file, line));
  }

  /** Reads or writes the file. A failure is final, and makes {@link completeRecords} throw in every process of the run. */
  #access(action: (file: number, path: string) => void): void {
    const path = this.#path;
    if (path === undefined || this.#failure !== undefined) return;
    let isOfAnother = false;
    try {
      this.#firstLine ??= joinFile(path);
      const file = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_APPEND);
      try {
        isOfAnother = firstLineOf(file) !== this.#firstLine;
        if (isOfAnother) throw new Error("another run has replaced it");
        action(file, path);
      } finally {
        fs.closeSync(file);
      }
    } catch (error) {
      this.#failure = error;
      this.#records = new RunRecords();
      // Informs the other processes. A new name needs no disk space.
      if (!isOfAnother) ifPossible(() => fs.renameSync(path, incompleteOf(path)));
    }
  }
}

/** The end of the name of a file that is not complete yet. */
const draftSuffix = ".draft";

/** The path of a file whose engine has ended, although a process of its run may go on. */
function endedOf(path: string): string {
  return `${path}.${randomUUID()}.ended`;
}

/** The path to which a process renames a file that it cannot write to. */
function incompleteOf(path: string): string {
  return `${path}.incomplete`;
}

/** Adds this process to the file of a run. Creates the file if it is missing or belongs to an earlier run. @returns its first line. */
function joinFile(path: string): string {
  prepareDirectory();
  if (isInUse(linesOf(incompleteOf(path)) ?? "")) throw new Error("another process could not write to it");
  const run = randomUUID();
  // The content appears with the name, so that another process never reads a file without its first line.
  const draft = `${path}.${run}${draftSuffix}`;
  fs.writeFileSync(draft, `${JSON.stringify({ pid: process.pid, run })}\n`, { mode: 0o600 });
  try {
    const lines = linesOf(path);
    // If two processes do this at the same time, one of them finds that its file was renamed, and then deletes nothing.
    if (lines !== undefined && !isInUse(lines)) fs.renameSync(path, `${path}.${run}.earlier`);
    ifPossible(() => fs.linkSync(draft, path));
  } finally {
    fs.rmSync(draft);
  }
  const file = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_APPEND);
  appendLine(file, { pid: process.pid });
  const firstLine = firstLineOf(file);
  fs.closeSync(file);
  return firstLine;
}

/** Appends a line to a file. A process that was killed while it wrote may have left a line without an end. */
function appendLine(file: number, line: object): void {
  fs.appendFileSync(file, `\n${JSON.stringify(line)}\n`);
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

/** For the first line of a file, which is shorter. */
const firstBytes = Buffer.alloc(200);

function firstLineOf(file: number): string {
  const length = fs.readSync(file, firstBytes, 0, firstBytes.length, 0);
  return firstBytes.toString("utf8", 0, length).replace(/\n.*/s, "");
}

function linesOf(path: string): string | undefined {
  return ifPossible(() => fs.readFileSync(path, "utf8"));
}

/** Parses the records among lines of JSON. Omits a line that a killed process has not completed. */
function recordsIn(lines: string): (RunRecord | RunNote)[] {
  return lines.split("\n").flatMap((line) => {
    if (!line.startsWith('{"event"')) return [];
    return ifPossible(() => JSON.parse(line) as RunRecord | RunNote) ?? [];
  });
}

/** Whether a process that has written to a file is running. */
function isInUse(lines: string): boolean {
  return [...lines.matchAll(/^\{"pid":(\d+)[,}]/gm)].some(([, pid]) => isRunning(Number(pid)));
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
