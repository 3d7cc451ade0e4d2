import { type BigIntStats, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile } from "../pinterest/credentials/private-file";

/** The address of an engine, such as `127.0.0.1:41235`. Another text names no file. */
export type EngineAddress = string;

/** Many thousands of names; the file of something else may be larger. */
const maxBytes = 4 * 1024 * 1024;

/** What a killed program left is removed by the next one after this time, in milliseconds. */
const leftoverMs = 86_400_000;

/** On Windows neither modes nor numbers of users say anything, and the directory of temporary files is the user's own. */
const user = process.getuid?.();

/**
 * Says which accounts the program that an engine runs wants, in place of what it said before.
 *
 * A program knows at once which accounts it uses; the provider process hears of them only as fast as the engine's workers come to
 * them. So the program leaves their names, and nothing else, in a file that the provider process reads before it runs the account
 * command. Both know the engine's address, which names the file. Without the file the command is run more often, and that is all:
 * whatever goes wrong here is left unsaid.
 */
export function writeWantedAccounts(engine: EngineAddress, accounts: Iterable<string>): void {
  quietly(undefined, () => {
    const file = fileOf(engine);
    if (file === undefined) return;
    quietly(undefined, () => mkdirSync(directory(), { mode: 0o700 }));
    if (!isOwnDirectory()) return;
    replaceFile(file, JSON.stringify({ pid: process.pid, accounts: [...accounts] }), { durable: false });
  });
}

/** Takes back what the program said. */
export function removeWantedAccounts(engine: EngineAddress): void {
  quietly(undefined, () => {
    const file = fileOf(engine);
    if (file !== undefined && isOwnDirectory()) rmSync(file, { force: true });
  });
}

/** Removes what programs left that were killed long ago. */
export function removeLeftovers(now = Date.now()): void {
  quietly(undefined, () => {
    if (!isOwnDirectory()) return;
    for (const name of readdirSync(directory())) {
      const path = join(directory(), name);
      quietly(undefined, () => {
        if (lstatSync(path).mtimeMs < now - leftoverMs) rmSync(path, { force: true });
      });
    }
  });
}

/**
 * The accounts that the program wants, for a command that is about to be asked for some of them; none where nothing is known.
 *
 * Addresses come again. What a file says counts only while the program that wrote it lives, and only if one of those asked for is
 * among it: the process of an explicit provider has other accounts than the default one's, from which the names are.
 */
export function readWantedAccounts(engine: EngineAddress, asked: readonly string[]): readonly string[] {
  return quietly([], () => {
    const file = fileOf(engine);
    if (file === undefined || !isOwnDirectory() || !isOwnFile(file)) return [];
    const { pid, accounts } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    if (typeof pid !== "number" || !(pid > 0) || !Array.isArray(accounts)) return [];
    // Signal 0 sends nothing, and fails where there is no such process of this user.
    process.kill(pid, 0);
    const names = accounts.filter((name): name is string => typeof name === "string");
    const wanted = new Set(names);
    return asked.some((name) => wanted.has(name)) ? names : [];
  });
}

/** Read anew each time: tests and programs set the environment that it depends on. */
function directory(): string {
  return join(tmpdir(), `pulumi-pinterest-accounts-${user ?? "user"}`);
}

function fileOf(engine: EngineAddress): string | undefined {
  const [, host, port] = /^([\w.-]+):(\d+)$/.exec(engine) ?? [];
  return host === undefined ? undefined : join(directory(), `${host}-${port}.json`);
}

/** In a directory for everybody, such as /tmp, somebody else may have made one of this name, or a link. */
function isOwnDirectory(): boolean {
  const stats = lstatSync(directory(), { bigint: true });
  return stats.isDirectory() && isOwn(stats);
}

function isOwnFile(path: string): boolean {
  const stats = lstatSync(path, { bigint: true });
  return stats.isFile() && isOwn(stats) && stats.size <= maxBytes;
}

function isOwn({ uid, mode }: BigIntStats): boolean {
  return user === undefined || (uid === BigInt(user) && (mode & 0o077n) === 0n);
}

function quietly<T>(otherwise: T, action: () => T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
