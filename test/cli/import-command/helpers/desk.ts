import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { runCommandLine } from "../../../../cli/command-line";
import type { ExitCode } from "../../../../cli/exit-codes";
import type { ImportResult } from "../../../../cli/import/result";
import { type Emulator, startEmulator } from "../../../../emulator";
import { keptTerminal } from "../../helpers/terminal";

/** How a command ended. */
export interface Ended {
  readonly exitCode: ExitCode;
  readonly output: string;
  readonly notes: string;
}

/** A directory without a Pulumi project, and a Pinterest of its own that the environment leads to. */
export class Desk {
  readonly directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-desk-"));

  private constructor(
    readonly emulator: Emulator,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open(accounts: readonly string[] = []): Promise<Desk> {
    const emulator = await startEmulator({ accounts: 1 });
    for (const name of accounts) emulator.addAccount({ name });
    const desk = new Desk(emulator, { ...process.env });
    process.env.PINTEREST_API_URL = emulator.url;
    process.env.PINTEREST_ACCESS_TOKEN = emulator.token();
    delete process.env.PINTEREST_ACCOUNTS;
    if (accounts.length > 0) desk.configure(accounts);
    return desk;
  }

  /** Configures named accounts, with the tokens that they have by now. */
  configure(accounts: readonly string[]): void {
    const tokens = accounts.map((name) => [name, this.emulator.token(name)]);
    process.env.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  }

  async close(): Promise<void> {
    process.env = this.environment;
    rmSync(this.directory, { recursive: true });
    await this.emulator.stop();
  }

  /** Runs `pulumi-pinterest import`, with nobody to ask. */
  readonly run = async (...args: string[]): Promise<Ended> => {
    const terminal = keptTerminal();
    const exitCode = await runCommandLine(["import", "-C", this.directory, ...args], terminal);
    return { exitCode, output: terminal.output(), notes: terminal.notes() };
  };

  /** What `--json` prints. */
  readonly result = async (...args: string[]): Promise<ImportResult> =>
    JSON.parse((await this.run(...args, "--json")).output) as ImportResult;

  readonly path = (file: string): string => join(this.directory, file);

  readonly has = (file: string): boolean => existsSync(this.path(file));

  readonly text = (file: string): string => readFileSync(this.path(file), "utf8");

  readonly mode = (file: string): number => statSync(this.path(file)).mode & 0o777;
}

/** Opens desks, and closes them after each test. */
export function desks(): (accounts?: readonly string[]) => Promise<Desk> {
  const open: Desk[] = [];
  afterEach(async () => {
    for (const desk of open.splice(0)) await desk.close();
  });
  return async (accounts) => {
    const desk = await Desk.open(accounts);
    open.push(desk);
    return desk;
  };
}
