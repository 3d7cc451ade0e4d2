import { type BigIntStats, readFileSync, renameSync, statSync } from "node:fs";
import type { Clock } from "../clock";
import type { HeldTokens, TokenStore } from "./held-tokens";
import { type LockOptions, withLock } from "./lock";
import { assertPrivate, makeDirectoryOf, privatePath, replaceFile } from "./private-file";
import {
  BrokenTokenFile,
  parseTokenFile,
  printTokenFile,
  type TokenEntries,
  tokenKey,
  tokensIn,
  withTokens,
} from "./token-file-format";

export interface TokenFileOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Tells the person at the terminal of tokens that could not be kept. */
  readonly notify: (message: string) => void;
  /** How long an exchange may take in another process, in milliseconds. */
  readonly exchangeMs: number;
}

/** Writing takes no time, but hundreds may be waiting. */
const writeWaitMs = 120_000;

/**
 * A file that keeps the latest tokens between runs, in JSON, for its owner only. Processes share it: those that need the same tokens
 * wait for the one that fetches them, and every change is made to what the file then holds.
 */
export class TokenFile implements TokenStore {
  readonly #options: TokenFileOptions;
  #found: string | undefined;
  #read: { readonly stamp: string; readonly entries: TokenEntries } | undefined;
  readonly #unwritten = new Map<string, HeldTokens>();
  #writing: Promise<unknown> = Promise.resolve();
  /** That the file was broken: after that, nobody goes on with a refresh token that may have been used up. */
  #broken: Error | undefined;
  #waitTold = false;

  constructor(options: TokenFileOptions) {
    this.#options = options;
  }

  /** Found when it is first needed: making an instance does no I/O. */
  get #path(): string {
    this.#found ??= privatePath(this.#options.path);
    return this.#found;
  }

  get(configured: string): HeldTokens | undefined {
    try {
      assertPrivate(this.#path);
      return tokensIn(this.#entries(), configured);
    } catch {
      // Told by the update that follows.
      return undefined;
    }
  }

  async update(
    configured: string,
    action: (kept: HeldTokens | undefined) => Promise<HeldTokens>,
  ): Promise<HeldTokens> {
    const failed: { in?: "action" } = {};
    try {
      makeDirectoryOf(this.#path);
      assertPrivate(this.#path);
      const lock = `${this.#path}.${tokenKey(configured).slice(0, 16)}.lock`;
      return await withLock(lock, this.#lockOptions(this.#options.exchangeMs), async () => {
        const kept = await this.#kept(configured);
        failed.in = "action";
        const tokens = await action(kept);
        if (tokens !== kept) await this.#keep(configured, tokens);
        return tokens;
      });
    } catch (error) {
      if (failed.in === "action") throw error;
      throw new Error(`the token file ${this.#path} cannot be used: ${reasonOf(error)}`);
    }
  }

  /** @throws Error when the file is broken; it has been put aside then. */
  async #kept(configured: string): Promise<HeldTokens | undefined> {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      return tokensIn(this.#entries(), configured);
    } catch (error) {
      if (!(error instanceof BrokenTokenFile)) throw error;
      this.#broken ??= this.#putAside(error);
      throw this.#broken;
    }
  }

  #putAside({ message }: BrokenTokenFile): Error {
    const aside = `${this.#path}.broken-${this.#options.clock.now()}`;
    renameSync(this.#path, aside);
    return new Error(
      `${message}. It was put aside as ${aside}; the next run begins with the refresh tokens that are configured`,
    );
  }

  /** The tokens are had already: that they cannot be kept is told, and fails nothing. */
  async #keep(configured: string, tokens: HeldTokens): Promise<void> {
    this.#unwritten.set(configured, tokens);
    // One write after the other, each of all that came meanwhile.
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => {});
    try {
      await written;
    } catch (error) {
      this.#options.notify(
        `The tokens that Pinterest gave could not be kept in ${this.#path}: ${reasonOf(error)}. The next run has to do without them.`,
      );
    }
  }

  async #write(): Promise<void> {
    if (this.#unwritten.size === 0) return;
    await withLock(`${this.#path}.lock`, this.#lockOptions(writeWaitMs), async () => {
      const entries = this.#entries();
      // What could not be written before may have been overtaken by another process since.
      const latest = [...this.#unwritten].filter(
        ([configured, { obtainedAt }]) => (tokensIn(entries, configured)?.obtainedAt ?? 0) <= obtainedAt,
      );
      const merged = withTokens(entries, latest, this.#options.clock.now());
      replaceFile(this.#path, printTokenFile(merged));
      this.#unwritten.clear();
      // Nobody else writes while the lock is held, so this need not be read again.
      this.#read = { stamp: stampOf(statSync(this.#path, { bigint: true })), entries: merged };
    });
  }

  /** What the file holds now; parsed again only when it has changed. */
  #entries(): TokenEntries {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return {};
    const stamp = stampOf(stats);
    if (this.#read?.stamp !== stamp) {
      this.#read = { stamp, entries: parseTokenFile(readFileSync(this.#path, "utf8")) };
    }
    return this.#read.entries;
  }

  #lockOptions(waitMs: number): LockOptions {
    return { clock: this.#options.clock, waitMs, onWait: (holder) => this.#tellOfWait(holder) };
  }

  /** Once: hundreds of tokens may wait for the same process. */
  #tellOfWait(holder: string): void {
    if (this.#waitTold) return;
    this.#waitTold = true;
    this.#options.notify(
      `Tokens in ${this.#path} are being renewed by another process (${holder}), which is waited for.`,
    );
  }
}

function stampOf({ ino, size, mtimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs].join(":");
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${code} (${message.replace(/^\w+: /, "")})`;
}
