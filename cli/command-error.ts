import { type ExitCode, exitCodes } from "./exit-codes";
import { ExplainedError } from "./explained-error";

/** A failure of a command, with its exit code. */
export class CommandError extends ExplainedError {
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.error,
  ) {
    super(message);
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
