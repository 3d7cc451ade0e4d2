import { type ExitCode, exitCodes } from "./exit-codes";
import { ExplainedError } from "./explained-error";

/** One of a command, which says how that ends too. */
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

/** A command line that is wrong. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, exitCodes.usage);
    this.name = "UsageError";
  }
}
