import { hash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, rmSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Clock } from "../../base/clock";
import { ifPossible, lockStaleMs, replaceFiles, withLock } from "../../base/files";
import { parseIfJson } from "../../base/json";
import { messageOf } from "../../base/message-text";
import { lazySchema, type Parsed } from "../../base/schema";
import { CredentialsError } from "../credentials";

const accessToken = lazySchema((z) =>
  z.object({ accessToken: z.string(), obtainedAt: z.number(), expiresAt: z.number() }),
);

/** An access token. Times are in milliseconds since 1970, by the clock of the process that received it. */
export type AccessToken = Parsed<typeof accessToken>;

const tokenEntry = lazySchema((z) =>
  z.object({
    /** Increases with each write. */
    sequence: z.int(),
    access: accessToken().optional(),
    /**
     * Refresh tokens in the order in which the next exchange tries them. Each one stays until an exchange of the next newer one has succeeded. The
     * configured refresh token is the last one, and is not saved.
     */
    candidates: z.array(z.string()),
    /** Whether an exchange began and its result is not saved: it is in progress, or was interrupted. */
    isExchanging: z.boolean().optional(),
    /** In milliseconds since 1970. For warnings only. */
    refreshTokenExpiresAt: z.number().optional(),
  }),
);

/**
 * The tokens of a configured refresh token. Entries are ordered by number and never by time, because the clocks of two machines can differ.
 */
export type TokenEntry = Parsed<typeof tokenEntry>;

const tokenFile = lazySchema((z) =>
  z.union([
    z.object({ version: z.literal(formatVersion), tokens: z.record(z.string(), z.unknown()) }),
    z.object({ version: z.number().gt(formatVersion) }),
  ]),
);

/** The newer of two entries, with the candidates of both. */
export function mergeEntries<Other extends TokenEntry | undefined>(
  one: TokenEntry | undefined,
  other: Other,
): TokenEntry | Other {
  if (one === undefined || other === undefined) return one ?? other;
  const [newer, older] = one.sequence >= other.sequence ? [one, other] : [other, one];
  return { ...newer, candidates: [...new Set([...newer.candidates, ...older.candidates])] };
}

/** Saves the steps of an exchange. */
export interface ExchangeRecord {
  /** @throws CredentialsError if the file cannot be written. */
  save(entry: TokenEntry): Promise<void>;
  /** Saves new tokens. If the file cannot be written, saves them next to the file, and prints a warning. */
  saveResult(entry: TokenEntry): Promise<void>;
}

/** Entries of a token file, by {@link tokenKey}. Entries of other refresh tokens are written back unchanged. */
type Entries = Readonly<Record<string, unknown>>;

const formatVersion = 1;

/** The key of an entry: a SHA-256 hash, so that the file does not contain the configured refresh token. */
function tokenKey(configured: string): string {
  return hash("sha256", configured);
}

/**
 * Parses a token file: `{"version": 1, "tokens": {"<SHA-256 of the configured refresh token>": {"sequence": …}}}`. An empty file has no
 * entries.
 *
 * @throws CredentialsError for another format or a newer version.
 */
function parseTokenFile(text: string): Entries {
  if (text.trim() === "") return {};
  const json = parseIfJson(text);
  if (json === undefined) throw invalid("it is not valid JSON");
  const { data: file } = tokenFile().safeParse(json);
  if (file === undefined) throw invalid("it does not have the format of a token file");
  if ("tokens" in file) return file.tokens;
  throw new CredentialsError(
    `a newer version of pulumi-pinterest wrote it (format version ${file.version})`,
    "Update pulumi-pinterest, or set valid refresh tokens and delete the file",
  );
}

function writeTokenFile(path: string, tokens: Entries): void {
  const text = `${JSON.stringify({ version: formatVersion, tokens }, undefined, 2)}\n`;
  replaceFiles([{ path, text, mode: 0o600 }]);
}

function invalid(summary: string): CredentialsError {
  return new CredentialsError(
    summary,
    "Restore it from a backup, or set valid refresh tokens and delete the file",
  );
}

function entryIn(entries: Entries, key: string): TokenEntry | undefined {
  if (!Object.hasOwn(entries, key)) return undefined;
  const { data: entry } = tokenEntry().safeParse(entries[key]);
  if (entry === undefined) throw invalid("an entry is incomplete");
  return entry;
}

export interface TokenFileOptions {
  /** As configured, for example `~/tokens.json`. */
  readonly path: string;
  /** The directory in which a relative path starts. @default the working directory */
  readonly baseDirectory?: string | undefined;
  readonly clock: Clock;
  /** Prints warnings for the user. */
  readonly notify: (message: string) => void;
  /** Longest time of an exchange of the same refresh token in another process. */
  readonly exchangeMs: number;
}

/** Longest wait for the lock on the whole file. Hundreds of accounts can queue for it. */
const writeWaitMs = 120_000;

/**
 * Keeps the latest tokens between runs, in a JSON file with mode 0600. Processes share it: for each refresh token one process exchanges, and
 * the others wait and use its tokens. Creating an instance does no I/O.
 */
export class TokenFile {
  private resolvedPath: string | undefined;
  private cache: { readonly stamp: string; readonly entries: Entries } | undefined;
  /** Entries of the next write, by key. */
  private unwritten = new Map<string, TokenEntry>();
  private nextWrite: Promise<void> | undefined;
  private lastWrite: Promise<unknown> = Promise.resolve();
  private hasReportedWait = false;

  constructor(private readonly options: TokenFileOptions) {}

  /** Returns the entry without waiting, or undefined if there is none or the file is unusable, which {@link exclusively} reports. */
  get(configured: string): TokenEntry | undefined {
    try {
      assertPrivate(this.path);
      return this.entry(tokenKey(configured));
    } catch {
      return undefined;
    }
  }

  /**
   * Runs an action that receives the entry of a configured refresh token, and can save a new one. Actions of one refresh token never run
   * concurrently, not even in other processes.
   *
   * @param signal ends the wait for other processes.
   * @throws what the action throws. CredentialsError if the file is unusable or the signal is aborted; then the action does not run.
   */
  async exclusively<T>(
    configured: string,
    action: (stored: TokenEntry | undefined, record: ExchangeRecord) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const key = tokenKey(configured);
    const record: ExchangeRecord = {
      save: (entry) => this.orUnusable(() => this.save(key, entry)),
      saveResult: (entry) => this.save(key, entry).catch((error) => this.saveElsewhere(key, entry, error)),
    };
    const waitMs = this.options.exchangeMs + lockStaleMs;
    const result = await this.orUnusable(async () => {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      assertPrivate(this.path);
      return await this.withLock(`${this.path}.${key}.lock`, { waitMs, signal }, async () => {
        const stored = this.entry(key);
        const [settled] = await Promise.allSettled([action(stored, record)]);
        return settled;
      });
    });
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  private get path(): string {
    this.resolvedPath ??= resolvePath(this.options);
    return this.resolvedPath;
  }

  /** The file of an entry that could not be saved in the token file. */
  private unsavedPath(key: string): string {
    return `${this.path}.${key}.unsaved`;
  }

  /** @throws CredentialsError instead of the action's errors. */
  private async orUnusable<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const { summary, remedy } =
        error instanceof CredentialsError ? error : { summary: messageOf(error), remedy: "" };
      throw new CredentialsError(`cannot use the token file ${this.path}: ${summary}`, remedy);
    }
  }

  private entry(key: string): TokenEntry | undefined {
    const unsaved = ifPossible(() => readFileSync(this.unsavedPath(key), "utf8"));
    return mergeEntries(entryIn(this.entries(), key), entryIn(parseTokenFile(unsaved ?? ""), key));
  }

  /** Saves an entry, with all others that arrive during the current write. */
  private save(key: string, entry: TokenEntry): Promise<void> {
    this.unwritten.set(key, entry);
    this.nextWrite ??= this.lastWrite.then(() => {
      const batch = this.unwritten;
      this.unwritten = new Map();
      this.nextWrite = undefined;
      return this.write(batch);
    });
    this.lastWrite = this.nextWrite.catch(() => {});
    return this.nextWrite;
  }

  private write(batch: ReadonlyMap<string, TokenEntry>): Promise<void> {
    return this.withLock(`${this.path}.lock`, { waitMs: writeWaitMs }, async () => {
      const entries = { ...this.entries() };
      for (const [key, entry] of batch) {
        const stored = entryIn(entries, key);
        // A newer entry replaces the stored one, whose rejected candidates must not return. The stored entry is as new or newer only if this process lost
        // its lock, and another process saved its tokens.
        const follows = stored === undefined || stored.sequence < entry.sequence;
        entries[key] = follows ? entry : mergeEntries(stored, entry);
      }
      writeTokenFile(this.path, entries);
      this.cache = { stamp: stampOf(statSync(this.path)), entries };
      for (const key of batch.keys()) rmSync(this.unsavedPath(key), { force: true });
    });
  }

  /** Saves an entry next to the token file, where {@link entry} finds it. */
  private async saveElsewhere(key: string, entry: TokenEntry, problem: unknown): Promise<void> {
    const failure = `Cannot save new tokens in ${this.path}: ${messageOf(problem)}.`;
    const path = this.unsavedPath(key);
    try {
      writeTokenFile(path, { [key]: entry });
      this.options.notify(`${failure} They are in ${path}. The next command uses them from there.`);
    } catch (error) {
      this.options.notify(
        `${failure} Cannot save them in ${path} either: ${messageOf(error)}. ` +
          "If Pinterest rejects the earlier refresh token in the next command, the merchant must connect to the app again.",
      );
    }
  }

  /** Parses the file if it has changed. */
  private entries(): Entries {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    if (stats === undefined) return {};
    const stamp = stampOf(stats);
    if (this.cache?.stamp !== stamp) {
      this.cache = { stamp, entries: parseTokenFile(readFileSync(this.path, "utf8")) };
    }
    return this.cache.entries;
  }

  private withLock<T>(
    path: string,
    limits: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
    action: () => Promise<T>,
  ): Promise<T> {
    const onWait = (holder: string): void => {
      if (this.hasReportedWait) return;
      this.hasReportedWait = true;
      this.options.notify(`Waiting for ${holder}, which renews tokens in ${this.path}.`);
    };
    return withLock(path, { clock: this.options.clock, onWait, ...limits }, action);
  }
}

function stampOf({ ino, size, mtimeMs }: Stats): string {
  return [ino, size, mtimeMs].join(":");
}

/** Resolves a configured path: `~/`, the base directory, and symbolic links, so that a write replaces the target and not the link. */
function resolvePath({
  path: configured,
  baseDirectory = ".",
}: Pick<TokenFileOptions, "path" | "baseDirectory">): string {
  const path = /^~[/\\]/.test(configured)
    ? join(homedir(), configured.slice(2))
    : resolve(baseDirectory, configured);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Checks that other users cannot access a file, which need not exist. Does nothing on Windows, where modes do not show who has access.
 *
 * @throws CredentialsError with the command that fixes the mode. Error if the directory does not exist.
 */
function assertPrivate(path: string): void {
  if (process.platform === "win32") return;
  const directory = dirname(path);
  const { mode } = statSync(directory);
  const isSticky = (mode & 0o1000) !== 0; // As in /tmp, where users cannot replace files of others.
  if ((mode & 0o002) !== 0 && !isSticky) {
    throw new CredentialsError(
      "every user can write to its directory",
      `Run \`chmod o-w ${directory}\`, or choose another directory`,
    );
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file !== undefined && (file.mode & 0o077) !== 0) {
    const digits = (file.mode & 0o777).toString(8).padStart(4, "0");
    throw new CredentialsError(`other users can access it (mode ${digits})`, `Run \`chmod 600 ${path}\``);
  }
}
