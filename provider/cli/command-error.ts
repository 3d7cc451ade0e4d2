import { type ExitCode, exitCodes } from "./exit-codes";

/** A failure that a command explains by its message alone: which value, what is allowed, what to do next. */
export class CommandError extends Error {
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
