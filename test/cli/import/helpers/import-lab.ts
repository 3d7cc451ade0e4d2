import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { runCommandLine } from "../../../../cli/command-line";
import type { ImportResult } from "../../../../cli/import/result";
import { type Emulator, startEmulator } from "../../../../emulator";
import type { ExitCode } from "../../../../stack/exit-codes";
import { recordingTerminal } from "../../helpers/terminal";

/** The result of a command. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly output: string;
  readonly notes: string;
}

/** A directory without a Pulumi project, and an emulator. The environment contains its address and token. */
export class ImportLab {
  readonly directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-import-"));

  private constructor(
    readonly emulator: Emulator,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open(accounts: readonly string[] = []): Promise<ImportLab> {
    const emulator = await startEmulator({ accounts: 1 });
    for (const name of accounts) emulator.addAccount({ name });
    const lab = new ImportLab(emulator, {
      ...process.env,
      PINTEREST_API_URL: emulator.url,
      PINTEREST_ACCESS_TOKEN: emulator.token(),
    });
    if (accounts.length > 0) lab.configure(accounts);
    return lab;
  }

  /** Configures named accounts, with their current tokens. */
  configure(accounts: readonly string[]): void {
    const tokens = accounts.map((name) => [name, this.emulator.token(name)]);
    this.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  }

  async close(): Promise<void> {
    rmSync(this.directory, { recursive: true });
    await this.emulator.stop();
  }

  /** Runs `pulumi-pinterest import` without an interactive terminal. */
  readonly run = async (...args: string[]): Promise<CommandResult> => {
    const terminal = recordingTerminal();
    const exitCode = await runCommandLine(
      ["import", "-C", this.directory, ...args],
      terminal,
      this.environment,
    );
    return { exitCode, output: terminal.output(), notes: terminal.notes() };
  };

  /** The output of `--json`. */
  readonly result = async (...args: string[]): Promise<ImportResult> =>
    JSON.parse((await this.run(...args, "--json")).output) as ImportResult;

  readonly path = (file: string): string => join(this.directory, file);

  readonly text = (file: string): string => readFileSync(this.path(file), "utf8");
}

/** Opens labs, and closes them after each test. */
export function importLabs(): (accounts?: readonly string[]) => Promise<ImportLab> {
  const open: ImportLab[] = [];
  afterEach(async () => {
    for (const lab of open.splice(0)) await lab.close();
  });
  return async (accounts) => {
    const lab = await ImportLab.open(accounts);
    open.push(lab);
    return lab;
  };
}
