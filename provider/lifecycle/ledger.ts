import fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ifPossible } from "../api/files";
import { parseIfJson } from "../api/json";
import { messageOf } from "../api/message-text";
import {
  type Bag,
  inputsFromBag,
  keyOf,
  outputsFromBag,
  type Place,
  pick,
  placeNames,
  placeOf,
} from "./outputs";

/** `connectedUserId` is the integration's owner at Pinterest, and `uid` is the resource's UID. They are absent if the resource is not in state. */
const stateNames = ["integrationId", "connectedUserId", "uid"] as const;

/** A resource and its integration, as far as they are known. Only the plugin's protocol has URNs. */
export type Identity = { readonly externalBusinessId: string } & {
  readonly [Name in (typeof placeNames | typeof stateNames)[number] | "urn"]?: string | undefined;
};

const planned = ["declared", "proposed", "expected", "creating"];

/**
 * Events that the processes of an engine run record. Each value lists the earlier events of the same place that the event replaces, if their
 * records have no UID. A record with a UID is replaced by the next one with this UID.
 */
const runEvents = {
  // Recorded by the program.
  /** The program uses an account. */
  account: [],
  /** The program has constructed a resource. */
  declared: [],
  /** The program has constructed a resource whose arguments a transformation may change. Only the engine knows the final integration. */
  proposed: [],
  /** The engine has responded to the registration of a resource that is not in state in this place. The UID is that of its state elsewhere. */
  undeployed: planned,

  // Recorded by the program for registered resources, and by provider processes for compared, created and adopted ones.
  /** A resource of the program has the integration in state. */
  held: planned,

  // Recorded by provider processes.
  /** The engine has checked a resource, so the run is not a `destroy`. */
  checks: [],
  /** The engine has checked a resource without its inputs in state, because it will create it, perhaps for a replacement. */
  toCreate: [],
  /** The engine has compared a resource of the program that does not have this external business ID in state, but will get it. */
  expected: [],
  /** A resource in state will get another external business ID instead of this one. */
  left: [],
  /** The process is about to create or adopt the integration. Ends with `held` or `createFailed`. */
  creating: [],
  createFailed: planned,
  /** The process is about to delete the integration. Ends with `deleted` or `released`. */
  deleting: [],
  deleted: ["deleting"],
  /** The resource leaves state without a deletion, or the deletion has failed. After a failure, `held` follows. */
  released: ["deleting"],
} satisfies Record<string, readonly string[]>;

type RunEvent = keyof typeof runEvents;

export type RunRecord = Identity & { readonly event: RunEvent };

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
export class RunLedger {
  readonly #path: string | undefined;
  #isReady = false;
  #readBytes = 0;
  #failure: unknown;
  readonly #records = new Map<string, RunRecord[]>();
  readonly #counts = new Map<RunEvent, number>();
  readonly #noted = new Set<string>();
  readonly #checked = new Set<string>();
  readonly #replacements = new Map<string, Place>();

  /**
   * @param engine the address of this run's engine, such as `127.0.0.1:41235`. Another string creates a ledger for this process alone.
   * @param isReadOnly whether this process only reads the records of others, because the run deletes nothing.
   */
  constructor(
    engine = "",
    private readonly isReadOnly = false,
  ) {
    const [, host = "", port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
    if (port === undefined) return;
    const name = `${host}-${port}-${inodeOf(host, Number(port)) ?? ""}.jsonl`;
    // Read each time: tests and programs set the environment variable that it depends on.
    this.#path = join(tmpdir(), `pulumi-pinterest-runs-${user ?? "user"}`, name);
  }

  /** Never throws. A record that cannot be written makes {@link RunLedger.assertComplete} throw, in every process of the run. */
  record(event: RunEvent, identity: Identity): void {
    // Only these properties: callers pass outputs of resources, which contain secrets.
    const record = { event, ...pick(identity, [...placeNames, ...stateNames, "urn"]) };
    if (this.#path === undefined || this.isReadOnly) this.#add(record);
    // A process that was killed while it wrote may have left a line without an end.
    else this.#access((path) => fs.appendFileSync(path, `\n${JSON.stringify(record)}\n`, { mode: 0o600 }));
  }

  /** Records an event of the whole run, which has no external business ID, once for each process. */
  note(event: "checks" | "account", account?: string): void {
    const key = JSON.stringify([event, account]);
    if (!this.#noted.has(key)) this.record(event, { externalBusinessId: "", account });
    this.#noted.add(key);
  }

  /**
   * Records that the engine has responded to the registration of a resource.
   *
   * @param declared the place, if it is known
   * @param answered the outputs. Those of a resource that is not a target are in state, perhaps in an earlier place.
   */
  registered(declared: Partial<Identity>, answered: Partial<Identity>): void {
    if (isKnown(answered)) this.record(isInState(answered) ? "held" : "undeployed", answered);
    if (isKnown(declared) && !(isKnown(answered) && keyOf(declared) === keyOf(answered)))
      this.record("undeployed", { ...declared, uid: answered.uid });
  }

  /**
   * Records that the engine checks a resource of the program: with its last known inputs, or without them if it is created or replaced.
   *
   * @param olds the inputs in state
   */
  checked(olds: Bag, news: Bag): void {
    this.note("checks");
    const place = placeOf(inputsFromBag(news));
    if (olds.externalBusinessId === news.externalBusinessId) this.#checked.add(keyOf(place));
    else this.#checked.delete(keyOf(place));
    if (olds.externalBusinessId === undefined) {
      this.record("toCreate", place);
      this.#replacements.set(place.externalBusinessId, place);
    }
  }

  /**
   * Records that the engine compares a resource with state. It compares those of the program after their check. A refresh compares all of
   * the state, without a check.
   *
   * @param olds the outputs in state
   */
  compared(olds: Bag, news: Bag): void {
    const known = outputsFromBag(olds);
    const place = placeOf(inputsFromBag(news));
    if (place.externalBusinessId !== known.externalBusinessId) {
      this.record("left", known);
      this.record("expected", place);
      this.#replacements.set(keyOf(known), place);
    } else if (this.#checked.has(keyOf(place))) {
      this.record(isInState(known) ? "held" : "expected", { ...known, ...place });
    }
  }

  /** The integration that this process will create instead of another one, or with its external business ID. Undefined if there is none. */
  replacementOf(deleted: Place): Place | undefined {
    return this.#replacements.get(keyOf(deleted)) ?? this.#replacements.get(deleted.externalBusinessId);
  }

  /** The records about an external business ID, in order. None if a record of the run is missing. */
  about(externalBusinessId: string): readonly RunRecord[] {
    this.#update();
    return this.#records.get(externalBusinessId) ?? [];
  }

  /** The number of these events in all processes. */
  count(event: RunEvent): number {
    this.#update();
    return this.#counts.get(event) ?? 0;
  }

  /** The accounts that the program uses. */
  get accounts(): ReadonlySet<string> {
    return new Set(this.about("").flatMap(({ account }) => account ?? []));
  }

  /** @throws Error if a record of the run is missing. */
  assertComplete(): void {
    this.#update();
    if (this.#failure === undefined) return;
    throw new Error(
      `cannot check whether another resource holds the integration, because the record of this run (${this.#path}) is incomplete: ` +
        `${messageOf(this.#failure)}. Check that only you can access its directory and that the disk has space, or set TMPDIR to another ` +
        "directory. Then run the command again.",
      { cause: this.#failure },
    );
  }

  /** Deletes the file. Call it after the engine has ended. */
  remove(): void {
    this.#access((path) => fs.rmSync(path, { force: true }));
  }

  #add(record: RunRecord): void {
    const { event, externalBusinessId } = record;
    this.#counts.set(event, (this.#counts.get(event) ?? 0) + 1);
    const earlier = this.#records.get(externalBusinessId) ?? [];
    this.#records.set(externalBusinessId, [...earlier.filter((one) => !isReplaced(one, record)), record]);
  }

  /** Reads the records that processes have appended since the last time. */
  #update(): void {
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
      // Otherwise, a create would wait for a deletion whose end is not recorded.
      this.#records.clear();
      // Informs the other processes. A new name needs no disk space.
      ifPossible(() => fs.renameSync(path, incomplete));
    }
  }

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
    for (const record of records) if (record !== undefined) this.#add(record as RunRecord);
  }
}

function isReplaced(one: RunRecord, by: RunRecord): boolean {
  if (one.uid === undefined)
    return (runEvents[by.event] as readonly string[]).includes(one.event) && keyOf(one) === keyOf(by);
  return one.uid === by.uid && one.event !== "deleted" && !isAboutOtherPlace(one) && !isAboutOtherPlace(by);
}

/** Whether a record is about an earlier or a later place of its resource. */
function isAboutOtherPlace({ event }: RunRecord): boolean {
  return event === "left" || event === "undeployed";
}

function isKnown(identity: Partial<Identity>): identity is Identity {
  return identity.externalBusinessId !== undefined;
}

function isInState(identity: Identity): boolean {
  return stateNames.some((name) => identity[name] !== undefined);
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
