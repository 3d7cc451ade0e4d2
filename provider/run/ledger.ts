import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pick } from "../base/bag";
import { ifPossible } from "../base/files";
import { messageOf } from "../base/message-text";
import type { Configuration } from "../config";
import type { EngineRun } from "./engine-command";
import { DeploymentError } from "./failure";
import { identityNames, keyOf } from "./identity";

/** The limits on deletions. The strictest value of all processes applies. */
export interface DeletionLimits {
  readonly onDelete?: Configuration["onDelete"] | undefined;
  readonly deleteLimit?: number | undefined;
}

const recordedNames = [...identityNames, "urn", "managed"] as const;

/** A resource and its integration, as far as they are known. See `identityOf`. */
export type Identity = { readonly externalBusinessId: string } & {
  readonly [Name in (typeof recordedNames)[number]]?: string | undefined;
};

/**
 * An event of a resource. What it shows, until a later one of the same resource:
 *
 *     held, registered, undetermined, created   state has the resource
 *     planned, creating                         its create has not ended
 *     wanted                                    the program has it, and state does not
 *     declared                                  the same, if the command leaves resources out
 *     leaving, deleting                         state has it, and it will leave state
 *     deleted, removed                          state does not have it
 */
type ResourceEvent =
  /** State has the resource: it was read, compared or updated. State can have it under another URN, the one from before a rename. */
  | "held"
  /** State has the resource under this URN: the engine has completed its registration. */
  | "registered"
  /** Like `held`, after a comparison with an unknown value, because a resource that it depends on is deleted first. */
  | "undetermined"
  /** A create has succeeded, at least in part. State has the resource after the engine has saved the result. */
  | "created"
  /** The engine will create the resource. Ends with `created` or `wanted`. */
  | "planned"
  /** The process creates the resource. Ends in the same way. */
  | "creating"
  /** The program has the integration in a resource that is not in state: its create failed, it is only read, or it is being imported. */
  | "wanted"
  /** The program declares an integration that state does not have: a command with targets skips it, it failed, or a transform changes it. */
  | "declared"
  /** The engine deletes the resource. Ends with `deleted` or `removed`, or after a failure with `held`. */
  | "leaving"
  /** The process wants to delete the integration at Pinterest. It checks the delete limit next. */
  | "deleting"
  /** The resource has left state, and the deletion at Pinterest succeeded. An integration that was already missing counts. */
  | "deleted"
  /** The resource has left state without a deletion: a read found the integration missing, it is kept, or its account cannot be accessed. */
  | "removed";

type RunEvent =
  /** A program that records its registrations has started. Only those in JavaScript and TypeScript do that. */
  | "program"
  /** The program may declare more than the records have: a registration failed, an ID is unknown, or it uses transforms or remote components. */
  | "incomplete"
  /** An account has failed, and the engine continues with the other resources. */
  | "account failed"
  /** This program has ended without an error. After `process.exit()`, registrations may be incomplete. */
  | "ended"
  /** The engine has closed a provider process, so it has saved state. */
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

type RunNote = DeletionLimits & {
  readonly event: RunEvent;
  readonly account?: string;
  /** The explicit provider's name, for tokens. */
  readonly provider?: string | undefined;
  /** A digest of tokens, too short to test guesses. */
  readonly digest?: string;
};

/** Whether a record shows a resource in state. */
export function isHeld({ event }: RunRecord): boolean {
  return ["held", "registered", "undetermined", "created"].includes(event);
}

/** Whether a record shows a create that has not ended. */
export function isUnfinishedCreate({ event }: RunRecord): boolean {
  return event === "planned" || event === "creating";
}

/** The records of all processes of a run, in order. */
export class RunRecords {
  private readonly ofId = new Map<string, RunRecord[]>();
  private readonly allNotes: RunNote[] = [];
  /** The number of deletions that count for the delete limit, including those that it refuses. */
  requestedDeletions = 0;
  /** The number of deletions at Pinterest that have succeeded. */
  succeededDeletions = 0;

  /**
   * Adds the records among lines of JSON, which only this package writes. Omits a line that a killed process has not completed. Not parsed with zod,
   * because programs load this file too, and each delete of a large run reads thousands of lines.
   */
  add(lines: string): void {
    for (const text of lines.split("\n")) {
      // Other lines have the ID of a process. `record` and `note` write the event first.
      if (!text.startsWith('{"event"')) continue;
      const line = ifPossible(() => JSON.parse(text) as RunRecord | RunNote);
      if (line === undefined) continue;
      if ("externalBusinessId" in line) this.addRecord(line);
      else this.allNotes.push(line);
    }
  }

  /** Adds a record. It replaces that of an earlier step of the same create. */
  private addRecord(record: RunRecord): void {
    const { event, externalBusinessId } = record;
    if (event === "deleting") this.requestedDeletions += 1;
    const earlier = this.about(externalBusinessId);
    if (event === "deleted") this.succeededDeletions += 1;
    const isStepOfCreate = ["creating", "created", "wanted"].includes(event);
    const others = isStepOfCreate
      ? earlier.filter((one) => !isUnfinishedCreate(one) || keyOf(one) !== keyOf(record))
      : earlier;
    this.ofId.set(externalBusinessId, [...others, record]);
  }

  about(externalBusinessId: string): readonly RunRecord[] {
    return this.ofId.get(externalBusinessId) ?? [];
  }

  notes(event: RunEvent): RunNote[] {
    return this.allNotes.filter((note) => note.event === event);
  }

  /** The external business IDs of the resources in state, as far as they were read or compared. @param urn only of this resource */
  heldIds(urn?: string): string[] {
    return [...this.ofId].flatMap(([id, records]) => {
      const hasLeft = ({ event }: RunRecord) => event === "deleted" || event === "removed";
      const removed = new Set(records.filter(hasLeft).map(({ uid }) => uid));
      const isKept = (one: RunRecord) =>
        isHeld(one) && (urn === undefined || one.urn === urn) && !removed.has(one.uid);
      return records.some(isKept) ? id : [];
    });
  }

  get unfinishedCreates(): readonly RunRecord[] {
    return this.all.filter(isUnfinishedCreate);
  }

  /** The creates whose results may be missing in state, after all processes have ended. */
  get interruptedCreates(): RunRecord[] {
    const isSaved = this.notes("closed").length > 0;
    return this.all.filter(({ event }) => event === "creating" || (event === "created" && !isSaved));
  }

  private get all(): RunRecord[] {
    return [...this.ofId.values()].flat();
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
  /** The directory of the files. Tests replace it. */
  static directory = directoryOfRuns();

  private readonly path: string | undefined;
  /** The open file, so that a file with the same name and another inode belongs to another run. */
  private file: number | undefined;
  private readBytes = 0;
  private failure: unknown;
  /** The records that were read until now. */
  private readRecords = new RunRecords();
  private readonly noted = new Set<string>();

  /** @param engine the address of this run's engine, such as `127.0.0.1:41235`. Another string creates a ledger for this process alone. */
  constructor(engine = "") {
    const [, host, port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (port !== undefined) this.path = join(RunLedger.directory, `${host}-${port}.jsonl`);
  }

  /**
   * Records an event of a resource. Never throws: a record that cannot be written makes {@link RunLedger.completeRecords} throw, in every
   * process of the run.
   */
  record(event: ResourceEvent, identity: Identity): void {
    this.append({ event, ...pick(identity, recordedNames) });
  }

  /** Records an event of the whole run, once for each process. */
  note(event: RunEvent, details: Omit<RunNote, "event"> = {}): void {
    const note = { event, ...details };
    const key = JSON.stringify(note);
    if (!this.noted.has(key)) this.append(note);
    this.noted.add(key);
  }

  /** The records of all processes up to now. None if one is missing, so only for messages and comparisons that may lack them. */
  knownRecords(): RunRecords {
    this.access((file, path) => {
      const { size } = fs.fstatSync(file);
      if (!isFileAt(path, file)) throw new Error("it was deleted or replaced");
      if (size < this.readBytes) throw new Error("it has become shorter");
      const bytes = Buffer.alloc(size - this.readBytes);
      fs.readSync(file, bytes, 0, bytes.length, this.readBytes);
      const end = bytes.lastIndexOf("\n") + 1;
      this.readBytes += end;
      this.readRecords.add(bytes.toString("utf8", 0, end));
    });
    return this.readRecords;
  }

  /** The records of all processes up to now, for decisions about deletions. @throws Error if one is missing. */
  completeRecords(): RunRecords {
    const records = this.knownRecords();
    if (this.failure === undefined) return records;
    throw new DeploymentError(
      "incomplete-record",
      `cannot check whether another resource holds the integration, because the record of this run (${this.path}) is incomplete: ` +
        `${messageOf(this.failure)}. Check that only you can access its directory and that the disk has space. Then run the command again.`,
      { cause: this.failure },
    );
  }

  /**
   * The creates of earlier runs of this stack whose results may be missing in state. Deletes the files of earlier runs that are not needed:
   *
   *     interrupted creates in the file   the file
   *     none                              is deleted
   *     of this stack                     is deleted, except in a preview, because the update reports them again
   *     of another stack                  stays
   *
   * @param urn the URN of a resource of this stack
   */
  static takeInterruptedCreates(urn: string, run: Pick<EngineRun, "isPreview">): RunRecord[] {
    const stack = urn.split("::", 2).join("::");
    const isOfStack = (one: RunRecord) => one.urn?.startsWith(`${stack}::`);
    const files = ifPossible(() => fs.readdirSync(RunLedger.directory)) ?? [];
    return files.flatMap((name) => {
      const path = join(RunLedger.directory, name);
      const lines = linesOf(path);
      // A process may be about to write to an empty file.
      if (lines === "" || (!name.endsWith(endedSuffix) && isInUse(lines))) return [];
      const records = new RunRecords();
      records.add(lines);
      const { interruptedCreates } = records;
      const isReported = interruptedCreates.some(isOfStack);
      if (interruptedCreates.length === 0 || (isReported && !run.isPreview))
        ifPossible(() => fs.rmSync(path));
      return isReported ? interruptedCreates : [];
    });
  }

  /** Ends the run in a process that outlives its engine. A later command reports interrupted creates, and deletes the file. */
  end(): void {
    this.access((file, path) => {
      if (isFileAt(path, file)) fs.renameSync(path, endedOf(path));
    });
    this.close();
  }

  /** Closes the file, because a process can take part in many runs (Automation API). {@link completeRecords} throws afterwards. */
  close(): void {
    if (this.file === undefined) return;
    fs.closeSync(this.file);
    this.file = undefined;
    this.failure ??= new Error("this process has left the run");
  }

  private append(line: RunRecord | RunNote): void {
    if (this.path === undefined) this.readRecords.add(JSON.stringify(line));
    else this.access((file) => appendLine(file, line));
  }

  /** Reads or writes the file. A failure is final, and makes {@link completeRecords} throw in every process of the run. */
  private access(action: (file: number, path: string) => void): void {
    const path = this.path;
    if (path === undefined || this.failure !== undefined) return;
    try {
      this.file ??= joinFile(path);
      action(this.file, path);
    } catch (error) {
      this.failure = error;
      this.readRecords = new RunRecords();
      const isOfAnother = this.file !== undefined && !isFileAt(path, this.file);
      // The other processes check the name when they read. A new name needs no disk space.
      if (!isOfAnother) ifPossible(() => fs.renameSync(path, incompleteOf(path)));
    }
  }
}

/** The end of the name of a file whose engine has ended, although a process of its run may go on. */
const endedSuffix = ".ended";

function endedOf(path: string): string {
  return `${path}.${randomUUID()}${endedSuffix}`;
}

/** The path to which a process renames a file that it cannot write to. */
function incompleteOf(path: string): string {
  return `${path}.incomplete`;
}

/** Adds this process to the file of a run. Creates the file if it is missing or belongs to an earlier run. @returns the open file. */
function joinFile(path: string): number {
  prepareDirectory();
  if (isInUse(linesOf(incompleteOf(path)))) throw new Error("another process could not write to it");
  const lines = linesOf(path);
  // If two processes do this at the same time, one of them finds that its file was renamed, and then deletes nothing.
  if (lines !== "" && !isInUse(lines)) fs.renameSync(path, endedOf(path));
  const file = fs.openSync(path, "a+", 0o600);
  appendLine(file, { pid: process.pid });
  return file;
}

/** Whether an open file still has its path. */
function isFileAt(path: string, file: number): boolean {
  // Windows' file IDs have 64 bits. As a JavaScript number, the IDs of two files can round to the same value.
  const exact = { bigint: true } as const;
  return ifPossible(() => fs.statSync(path, exact).ino === fs.fstatSync(file, exact).ino) ?? false;
}

/** Appends a line to a file. A process that was killed while it wrote may have left a line without an end. */
function appendLine(file: number, line: object): void {
  fs.appendFileSync(file, `\n${JSON.stringify(line)}\n`);
}

/**
 * The directory of the files of all runs of this user. It does not depend on environment variables (except on Windows, whose directory is private to
 * the user), because a program that changes them would have a ledger of its own.
 */
export function directoryOfRuns(platform = process.platform): string {
  return platform === "win32"
    ? join(tmpdir(), "pulumi-pinterest-runs")
    : `/tmp/pulumi-pinterest-runs-${process.getuid?.()}`;
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

/** The lines of a file. Empty if it is missing. */
function linesOf(path: string): string {
  return ifPossible(() => fs.readFileSync(path, "utf8")) ?? "";
}

/** Whether a process that has written to a file is running. */
function isInUse(lines: string): boolean {
  return [...lines.matchAll(/^\{"pid":(\d+)\}$/gm)].some(([, pid]) => isRunning(Number(pid)));
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
