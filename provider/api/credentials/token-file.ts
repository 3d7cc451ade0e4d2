import { hash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Clock } from "../clock";
import { CredentialsError } from "../credentials";
import { replaceFiles, withLock } from "../files";
import { baseDirectory } from "../fleet-environment";
import { isJsonObject, parseIfJson } from "../json";
import { messageOf } from "../message-text";

/** The latest tokens of a configured refresh token. Times are in milliseconds since 1970. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
  /** The refresh token for the next exchange. */
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt?: number;
}

/** Entries of a token file, by {@link tokenKey}. Entries of other refresh tokens are written back unchanged. */
type Entries = Readonly<Record<string, unknown>>;

const formatVersion = 1;

/** The key of an entry: a SHA-256 hash, so that the file does not contain the configured refresh token. */
function tokenKey(configured: string): string {
  return hash("sha256", configured);
}

/**
 * Parses a token file: `{"version": 1, "tokens": {"<SHA-256 of the configured refresh token>": {"accessToken": …}}}`. An empty file has no
 * entries.
 *
 * @throws CredentialsError for another format or a newer version.
 */
function parseTokenFile(text: string): Entries {
  if (text.trim() === "") return {};
  const file = parseIfJson(text);
  if (file === undefined) throw invalid("it is not valid JSON");
  const { version, tokens } = isJsonObject(file) ? file : {};
  if (typeof version === "number" && version !== formatVersion) {
    throw new CredentialsError(
      `a newer version of pulumi-pinterest wrote it (format version ${version})`,
      "Update pulumi-pinterest, or set valid refresh tokens and delete the file",
    );
  }
  if (typeof version !== "number" || !isJsonObject(tokens)) {
    throw invalid("it does not have the format of a token file");
  }
  return tokens;
}

function invalid(summary: string): CredentialsError {
  return new CredentialsError(
    summary,
    "Restore it from a backup, or set valid refresh tokens and delete the file",
  );
}

function tokensIn(entries: Entries, configured: string): StoredTokens | undefined {
  const key = tokenKey(configured);
  if (!Object.hasOwn(entries, key)) return undefined;
  const entry = isJsonObject(entries[key]) ? entries[key] : {};
  const { accessToken, obtainedAt, expiresAt, refreshToken, refreshTokenExpiresAt } = entry;
  const isValid =
    typeof accessToken === "string" &&
    typeof obtainedAt === "number" &&
    typeof expiresAt === "number" &&
    typeof refreshToken === "string" &&
    (refreshTokenExpiresAt === undefined || typeof refreshTokenExpiresAt === "number");
  if (!isValid) throw invalid("an entry is incomplete");
  return entry as unknown as StoredTokens;
}

interface TokenFileOptions {
  /** As configured, for example `~/tokens.json`. */
  readonly path: string;
  readonly clock: Clock;
  /** Prints warnings for the user. */
  readonly notify: (message: string) => void;
  /** How long to wait for another process that exchanges the same refresh token, in milliseconds. */
  readonly exchangeMs: number;
}

/** How long to wait for the lock on the whole file, in milliseconds. Hundreds of accounts can queue for it. */
const writeWaitMs = 120_000;

/**
 * Keeps the latest tokens between runs, in a JSON file with mode 0600. Processes share it: for each refresh token one process exchanges, and
 * the others wait and use its tokens. Creating an instance does no I/O.
 */
export class TokenFile {
  #resolvedPath: string | undefined;
  #cache: { readonly stamp: string; readonly entries: Entries } | undefined;
  /** By configured refresh token. */
  readonly #unsaved = new Map<string, StoredTokens>();
  #lastWrite: Promise<unknown> = Promise.resolve();
  #hasReportedWait = false;

  constructor(private readonly options: TokenFileOptions) {}

  /** Returns the stored tokens without waiting, or undefined if there are none or the file is unusable, which {@link update} reports. */
  get(configured: string): StoredTokens | undefined {
    try {
      assertPrivate(this.#path);
      return tokensIn(this.#entries(), configured);
    } catch {
      return undefined;
    }
  }

  /**
   * Replaces the tokens of a configured refresh token with the result of an action, which receives the stored ones. Actions of one refresh
   * token never run concurrently, not even in other processes. If the result cannot be written, prints a warning and succeeds.
   *
   * @throws what the action throws. CredentialsError if the file is unusable; then the action does not run.
   */
  async update(
    configured: string,
    action: (stored: StoredTokens | undefined) => Promise<StoredTokens>,
  ): Promise<StoredTokens> {
    const result = await this.#exclusively(configured, async () => {
      const stored = tokensIn(this.#entries(), configured);
      const [settled] = await Promise.allSettled([action(stored)]);
      if (settled.status === "fulfilled" && settled.value !== stored)
        await this.#save(configured, settled.value);
      return settled;
    });
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  get #path(): string {
    this.#resolvedPath ??= resolvePath(this.options.path);
    return this.#resolvedPath;
  }

  async #exclusively<T>(configured: string, action: () => Promise<T>): Promise<T> {
    const path = this.#path;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      assertPrivate(path);
      return await this.#withLock(tokenKey(configured), this.options.exchangeMs, action);
    } catch (error) {
      const { summary, remedy } =
        error instanceof CredentialsError ? error : { summary: messageOf(error), remedy: "" };
      throw new CredentialsError(`cannot use the token file ${path}: ${summary}`, remedy);
    }
  }

  async #save(configured: string, tokens: StoredTokens): Promise<void> {
    this.#unsaved.set(configured, tokens);
    // Writes are sequential, and each one saves all tokens that arrived during the one before.
    const write = this.#lastWrite.then(() => this.#write());
    this.#lastWrite = write.catch(() => {});
    try {
      await write;
    } catch (error) {
      this.options.notify(
        `Cannot save new tokens in ${this.#path}: ${messageOf(error)}. The next run must renew them again.`,
      );
    }
  }

  async #write(): Promise<void> {
    if (this.#unsaved.size === 0) return;
    await this.#withLock(undefined, writeWaitMs, async () => {
      const entries = this.#entries();
      const now = this.options.clock.now();
      const merged = Object.fromEntries([
        ...Object.entries(entries).filter(
          ([, entry]) => !(isJsonObject(entry) && Number(entry.refreshTokenExpiresAt) < now),
        ),
        ...[...this.#unsaved]
          // Tokens of an earlier write that failed can be older than those of another process.
          .filter(([key, { obtainedAt }]) => (tokensIn(entries, key)?.obtainedAt ?? 0) <= obtainedAt)
          .map(([key, tokens]) => [tokenKey(key), tokens] as const),
      ]);
      const text = `${JSON.stringify({ version: formatVersion, tokens: merged }, undefined, 2)}\n`;
      replaceFiles([{ path: this.#path, text, mode: 0o600 }]);
      this.#unsaved.clear();
      this.#cache = { stamp: stampOf(statSync(this.#path)), entries: merged };
    });
  }

  /** Parses the file if it has changed. */
  #entries(): Entries {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    if (stats === undefined) return {};
    const stamp = stampOf(stats);
    if (this.#cache?.stamp !== stamp) {
      this.#cache = { stamp, entries: parseTokenFile(readFileSync(this.#path, "utf8")) };
    }
    return this.#cache.entries;
  }

  /** @param key of an entry, or undefined for the whole file. */
  #withLock<T>(key: string | undefined, waitMs: number, action: () => Promise<T>): Promise<T> {
    const lock = [this.#path, key, "lock"].filter((part) => part !== undefined).join(".");
    const onWait = (holder: string): void => {
      if (this.#hasReportedWait) return;
      this.#hasReportedWait = true;
      this.options.notify(`Waiting for ${holder}, which renews tokens in ${this.#path}.`);
    };
    return withLock(lock, { clock: this.options.clock, waitMs, onWait }, action);
  }
}

function stampOf({ ino, size, mtimeMs }: Stats): string {
  return [ino, size, mtimeMs].join(":");
}

/** Resolves a configured path: `~/`, the base directory, and symbolic links, so that a write replaces the target and not the link. */
function resolvePath(configured: string): string {
  const path = /^~[/\\]/.test(configured)
    ? join(homedir(), configured.slice(2))
    : resolve(baseDirectory(), configured);
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
