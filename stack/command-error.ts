import { type ExitCode, exitCodes } from "./exit-codes";

/**
 * A failure whose message contains everything that its reader needs: what failed, why, and what to do next. It has no `cause`, which could contain
 * credentials.
 */
export class ExplainedError extends Error {
  override name = "ExplainedError";

  /**
   * @param summary what failed and why.
   * @param remedy what to do next, without a period at the end. Undefined if the summary contains it.
   * @param details lines of another program.
   */
  constructor(
    readonly summary: string,
    readonly remedy?: string,
    details?: string,
  ) {
    const message = [summary, remedy].filter((part) => part !== undefined).join(". ");
    super(details === undefined ? message : `${message}\n${details}`);
  }
}

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

/** Invalid arguments of a command. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, exitCodes.usage);
    this.name = "UsageError";
  }
}
