import type { ExitCode } from "./exit-codes";
import type { Terminal } from "./terminal";

/** The context of a subcommand. Its action throws a CommandError for expected failures. Other errors are printed as bugs. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code. Default: 0. */
  end(exitCode: ExitCode): void;
}
