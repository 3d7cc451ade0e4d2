// The exit codes of `pulumi-pinterest drift` and `fleet`.

/** @typedef {import("pulumi-pinterest/fleet").ShardOutcome} ShardOutcome */

/** Success, and no drift. */
const fine = 0;
/** Something failed, or an account cannot be read. */
export const failure = 1;
/** The command line is wrong. */
export const usage = 2;
/** Pinterest differs from the shard. */
const drift = 7;
/** Drift, and something failed. */
const driftAndFailure = 17;
/** The job was canceled. */
const interrupted = 130;

/**
 * @param {ShardOutcome} outcome
 * @returns {number}
 */
export function exitCodeOf({ operation, merchants, errors, interrupted: isInterrupted }) {
  /** @param {string[]} statuses */
  const some = (...statuses) => merchants.some(({ status }) => statuses.includes(status));
  if (isInterrupted) return interrupted;
  const failed = errors.length > 0 || some("failed", "revoked", "unreachable");
  // After `destroy`, a missing integration is not drift.
  if (operation !== "destroy" && some("drifted", "missing")) return failed ? driftAndFailure : drift;
  return failed ? failure : fine;
}
