/** Exit codes of the commands of `pulumi-pinterest`. 0, 1, 2 and 7 have the same meaning as in the Pulumi CLI, which uses 0 to 10 and 255. */
export const exitCodes = {
  /** Success. */
  ok: 0,
  /** Something failed, or would fail. The parts that did not fail are complete. */
  error: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Drift: Pinterest differs from the program or from the last update. */
  drift: 7,
  /** Drift, and something failed. */
  driftAndErrors: 17,
  /** Interrupted by Ctrl-C or SIGTERM. `emulator` and `fleet worker` exit with 0 instead. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a command that has printed its result, and then failed in something else. */
export function withFailure(exitCode: ExitCode): ExitCode {
  if (exitCode === exitCodes.ok) return exitCodes.error;
  return exitCode === exitCodes.drift ? exitCodes.driftAndErrors : exitCode;
}
