import { type ExitCode, exitCodes } from "./exit-codes";
import { ExplainedError } from "./explained-error";

/** A failure of a command, with its exit code. */
export class CommandError extends ExplainedError {
  constructor(
    summary: string,
    readonly exitCode: ExitCode = exitCodes.error,
    remedy?: string,
    details?: string,
  ) {
    super(summary, remedy, details);
    this.name = "CommandError";
  }
}

/** A wrong command line. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, exitCodes.usage);
    this.name = "UsageError";
  }
}
