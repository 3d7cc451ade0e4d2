import { type ExitCode, exitCodes } from "./exit-codes";
import { ExplainedError } from "./explained-error";

/** One of a command, which says how that ends too. */
export class CommandError extends ExplainedError {
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.error,
  ) {
    super(message);
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
