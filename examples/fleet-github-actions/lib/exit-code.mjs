// The codes of `pulumi-pinterest drift` and `fleet`.

/** @typedef {import("pulumi-pinterest/fleet").ShardOutcome} ShardOutcome */

/** Nothing has to be told. */
const fine = 0;
/** Something failed, or could not be asked. */
export const failure = 1;
/** The command line itself is wrong. */
export const usage = 2;
/** Pinterest holds something else than the shard says. */
const drift = 7;
/** That, and something failed too. */
const driftAndFailure = 10;
/** It was ended before its time. */
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
  // After `destroy` it is no drift that somebody is gone.
  if (operation !== "destroy" && some("drifted", "gone")) return failed ? driftAndFailure : drift;
  return failed ? failure : fine;
}
