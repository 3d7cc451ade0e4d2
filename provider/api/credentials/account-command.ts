import { type ChildProcess, spawn } from "node:child_process";
import { waitFor } from "../../base/async";
import type { Clock } from "../../base/clock";
import { isJsonObject, parseIfJson } from "../../base/json";
import { accountInWords, oneLine, quoted } from "../../base/message-text";
import { lazySchema } from "../../base/schema";
import {
  AccountRevoked,
  type Credentials,
  CredentialsError,
  expiryForms,
  expirySchema,
  renewalDue,
  type TokenNotices,
  tokenTextProblem,
} from "../credentials";
import { hideLikelySecrets } from "../secret-patterns";
import { maxBodyBytes } from "../transport";
import { requestTokens } from "./in-progress";

interface AccountCommandOptions {
  /** The key or variable that has the command, for messages. */
  readonly setting: string;
  /** Runs the command with this standard input, and returns its standard output. @throws CommandFailure */
  readonly run: (input: string) => Promise<string>;
  /** Returns further accounts that the program needs. Called before each run. */
  readonly furtherAccounts: (accounts: readonly string[]) => readonly string[];
  /** Receives why a run as a whole failed. A missing token of an account is not such a failure. */
  readonly onFailure?: ((message: string) => void) | undefined;
  readonly clock: Clock;
  readonly notices: TokenNotices;
}

interface PrintedToken {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt?: number;
  /** Whether the command printed it again after Pinterest rejected it. */
  isFinal?: true;
}

/** Wait for further accounts before a run, which combines the requests of operations that the engine starts together. */
const batchWindowMs = 10;

/** The output of the command for an account. The messages are predicates that the account's name ends. */
const printedEntry = lazySchema((z) => {
  const revoked = z.object({ revoked: z.literal(true), reason: z.string().catch("") });
  const token = z.object({
    revoked: z.literal(false),
    accessToken: z.string("printed no `accessToken`, or one that is not a string, for"),
    expiresAt: expirySchema().nullish(),
  });
  const isNeither = "printed a `revoked` that is neither true nor false for";
  return z.discriminatedUnion("revoked", [revoked, token], isNeither);
});

/**
 * Credentials of named accounts from a command, for example a vault's CLI. The command reads `{"accounts": ["a", "b"]}` and prints
 * `{"a": {"accessToken": "pina_…"}, …}`. One run serves all accounts that are needed at the same time, and tokens that it prints for other
 * accounts are used too. It runs again for an account if the account's token is about to expire or Pinterest rejects the token. After a failure for
 * an account, only a rejected token starts another run.
 */
export class AccountCommand {
  private readonly tokens = new Map<string, PrintedToken>();
  private readonly failures = new Map<string, CredentialsError>();
  private readonly expected = new Set<string>();
  private nextRun:
    | { readonly wanted: Map<string, string | undefined>; readonly done: Promise<void> }
    | undefined;
  private lastRun: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: AccountCommandOptions) {}

  /** Includes an account in the next run, but does not start one. */
  expect(account: string): void {
    if (!this.tokens.has(account) && !this.failures.has(account)) this.expected.add(account);
  }

  credentials(account: string): Credentials {
    return {
      accessToken: (signal) => this.accessToken(account, signal),
      renew: (rejected, signal) => this.renew(account, rejected, signal),
      remedy: `Check what the command in ${this.options.setting} prints for ${accountInWords(account)}: the access token is wrong, expired or revoked.`,
      from: "command",
    };
  }

  private async accessToken(account: string, signal?: AbortSignal): Promise<string> {
    const current = this.tokens.get(account);
    if (current !== undefined && !this.isDue(current)) return current.accessToken;
    if (!this.failures.has(account)) await waitFor(this.runFor(account), signal);
    // If there is no new token, the current one is used until it expires.
    const { accessToken, expiresAt = Number.POSITIVE_INFINITY } = this.tokens.get(account) ?? {};
    if (accessToken !== undefined && this.options.clock.now() < expiresAt) return accessToken;
    throw this.failures.get(account) ?? this.outputError(account, "printed no valid token for");
  }

  private async renew(account: string, rejected: string, signal?: AbortSignal): Promise<boolean> {
    await waitFor(this.runFor(account, rejected), signal);
    const failure = this.failures.get(account);
    if (failure !== undefined) throw failure;
    return this.tokens.get(account)?.accessToken !== rejected;
  }

  private isDue({ obtainedAt, expiresAt }: PrintedToken): boolean {
    return expiresAt !== undefined && this.options.clock.now() >= renewalDue({ obtainedAt, expiresAt });
  }

  /** Adds an account to the next run, which starts after the current one. @param rejected its token, if Pinterest rejected it. */
  private runFor(account: string, rejected?: string): Promise<void> {
    if (this.nextRun === undefined) {
      const wanted = new Map<string, string | undefined>();
      const done = this.lastRun.then(async () => {
        await this.options.clock.sleep(batchWindowMs);
        this.nextRun = undefined;
        await this.run(wanted);
      });
      this.nextRun = { wanted, done };
      this.lastRun = done.catch(() => {});
    }
    this.nextRun.wanted.set(account, rejected);
    return this.nextRun.done;
  }

  private async run(wanted: ReadonlyMap<string, string | undefined>): Promise<void> {
    const needed = [...wanted].filter(([account, rejected]) => this.isNeeded(account, rejected));
    if (needed.length === 0) return;
    const names = needed.map(([account]) => account);
    for (const account of this.options.furtherAccounts(names)) this.expect(account);
    const accounts = [...new Set([...names, ...this.expected])];
    this.expected.clear();
    try {
      this.readOutput(
        accounts,
        await requestTokens(() => this.options.run(`${JSON.stringify({ accounts })}\n`)),
      );
    } catch (error) {
      // The process is about to exit. The command has not failed.
      if (error instanceof CredentialsError) throw error;
      // The message of an unexpected error could contain what the command printed.
      const unexpected = `failed with an unexpected error (${(error as Error).name})`;
      const problem = error instanceof CommandFailure ? error.message : unexpected;
      for (const account of accounts) this.failures.set(account, this.error(account, problem));
      this.options.onFailure?.(`the account command ${problem}`);
    }
    for (const account of accounts) {
      const token = this.tokens.get(account);
      if (token === undefined) continue;
      if (token.accessToken === wanted.get(account)) token.isFinal = true;
      if (token.expiresAt !== undefined)
        this.options.notices.expires(account, "access token", token.expiresAt);
    }
  }

  /** An earlier run can have printed more accounts than it was asked for. */
  private isNeeded(account: string, rejected: string | undefined): boolean {
    const token = this.tokens.get(account);
    if (token === undefined) return !this.failures.has(account);
    return token.accessToken === rejected ? !token.isFinal : this.isDue(token);
  }

  private readOutput(accounts: readonly string[], text: string): void {
    const output = parseIfJson(text);
    if (!isJsonObject(output)) {
      throw new CommandFailure('did not print a JSON object such as {"shop-a": {"accessToken": "pina_…"}}');
    }
    for (const account of accounts.filter((name) => !Object.hasOwn(output, name))) {
      this.failures.set(account, this.outputError(account, "printed no token for"));
    }
    for (const [account, value] of Object.entries(output)) {
      try {
        this.tokens.set(account, this.readToken(account, value));
        this.failures.delete(account);
        this.expected.delete(account);
      } catch (error) {
        if (!(error instanceof CredentialsError)) throw error;
        if (error instanceof AccountRevoked) this.tokens.delete(account);
        this.failures.set(account, error);
      }
    }
  }

  /** @throws CredentialsError for a value that is not a valid token, AccountRevoked for `{"revoked": true}`. */
  private readToken(account: string, value: unknown): PrintedToken {
    const now = this.options.clock.now();
    const entry = { revoked: false, ...(isJsonObject(value) ? value : { accessToken: value }) };
    const { data, error } = printedEntry().safeParse(entry, {
      error: () => `printed an \`expiresAt\` that is not ${expiryForms} for`,
    });
    if (error !== undefined) throw this.outputError(account, error.issues[0]?.message ?? "");
    if (data.revoked) {
      const why = oneLine(hideLikelySecrets(data.reason), 200).replace(/\.$/, "");
      throw new AccountRevoked(
        `the account command reports ${accountInWords(account)} as revoked${why === "" ? "" : `: ${why}`}`,
        "The merchant must connect to the app again",
      );
    }
    const { accessToken, expiresAt } = data;
    const problem = tokenTextProblem(accessToken);
    if (problem !== undefined) throw this.outputError(account, `printed an access token that ${problem} for`);
    if (typeof expiresAt !== "number") return { accessToken, obtainedAt: now };
    if (expiresAt <= now) {
      throw this.outputError(
        account,
        `printed a token that expired on ${new Date(expiresAt).toISOString()} for`,
      );
    }
    return { accessToken, obtainedAt: now, expiresAt };
  }

  /** @param problem up to the name of the account: "printed no token for". */
  private outputError(account: string, problem: string): CredentialsError {
    return this.error(account, `${problem} ${accountInWords(account)}`);
  }

  private error(account: string, problem: string): CredentialsError {
    return new CredentialsError(
      `the account command ${problem}`,
      `Run the command in ${this.options.setting} with {"accounts":[${quoted(account)}]} on standard input, and check its output`,
    );
  }
}

/** A program with its arguments, which runs without a shell, or a command line for the shell. */
export type Command = { readonly argv: readonly [string, ...string[]] } | { readonly shell: string };

/** The message is a predicate ("exited with code 3") and contains nothing that the command printed. */
class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

interface CommandRunOptions {
  readonly timeoutMs: number;
  /** @default the working directory */
  readonly directory?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Runs a command, and returns its standard output. Kills it with its child processes if it times out or prints too much, and sends SIGTERM to them if
 * this process exits (on Windows, kills them).
 *
 * @throws CommandFailure if it does not start, times out, exits with another code than 0, or prints too much.
 */
export async function runCommand(
  command: Command,
  input: string,
  options: CommandRunOptions,
): Promise<string> {
  const { timeoutMs } = options;
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>();
  const fail = (problem: string): void => reject(new CommandFailure(problem));
  const child = start(command, options);
  const stop = (problem: string): void => {
    endGroup(child, "SIGKILL");
    fail(`${problem} and was killed`);
  };
  // The command can save a renewed token before it exits.
  const terminate = (): void => endGroup(child, "SIGTERM");

  child.on("error", (error) => fail(notStarted(error).message));
  child.on("exit", (code, signal) => {
    if (code !== 0) fail(code === null ? `was killed by ${signal}` : `exited with code ${code}`);
  });
  child.on("close", () => end());
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBodyBytes) stop(`printed more than ${maxBodyBytes} bytes`);
  });
  // A command that ignores its input closes the pipe.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);

  const late = `did not finish within ${timeoutMs / 1000} s (pinterest:accountCommandTimeout)`;
  const timer = setTimeout(() => stop(late), timeoutMs);
  // Signals to this process's group do not reach the command, which has its own.
  process.on("exit", terminate);
  try {
    await ended;
    return new TextDecoder().decode(Buffer.concat(chunks));
  } finally {
    clearTimeout(timer);
    process.off("exit", terminate);
    child.stdout?.destroy();
  }
}

function start(command: Command, { directory, environment }: CommandRunOptions): ChildProcess {
  const [file, args] = "shell" in command ? [command.shell, []] : [command.argv[0], command.argv.slice(1)];
  try {
    return spawn(file, args, {
      shell: "shell" in command,
      cwd: directory,
      env: environment,
      stdio: ["pipe", "pipe", "ignore"],
      // Its own process group can be killed as a whole. Windows has none, and would open a window.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    // An invalid or too long argument. Other failures are events.
    throw notStarted(error as NodeJS.ErrnoException);
  }
}

function notStarted({ code }: NodeJS.ErrnoException): CommandFailure {
  return new CommandFailure(`cannot be started (${code ?? "unknown error"})`);
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" }).on("error", () => {});
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
