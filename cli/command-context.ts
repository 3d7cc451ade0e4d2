import type { ExitCode } from "./exit-codes";
import type { Terminal } from "./terminal";

/** What a subcommand is made with. Its action throws a CommandError for what the message explains; anything else is shown as a fault. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets how the process ends; 0 when left out. */
  end(exitCode: ExitCode): void;
}
