/** How the commands of `pulumi-pinterest` end. The engine's own meanings where it has one (its 0, 1, 2 and 7). */
export const exitCodes = {
  /** Everything went as asked, and nothing was found that has to be told. */
  ok: 0,
  /** Something failed. What could be done in spite of it was done. */
  error: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** What Pinterest holds differs from the program. */
  drift: 7,
  /** That, and something failed too. */
  driftAndErrors: 10,
  /** Ended by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** How a command ends that has told its result, and then failed in something else. */
export function withFailure(exitCode: ExitCode): ExitCode {
  switch (exitCode) {
    case exitCodes.ok:
      return exitCodes.error;
    case exitCodes.drift:
      return exitCodes.driftAndErrors;
    default:
      return exitCode;
  }
}
