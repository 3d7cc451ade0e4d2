import { type ExitCode, exitCodes } from "../exit-codes";
import type { DriftReport, MerchantReport, MerchantStatus, StackReport } from "../look/report";

/**
 * The report of all stacks: counts what they say, and tells how the command is to end.
 *
 * @param strict whether what is pending counts as drift, as it does for the engine's own `preview --refresh --expect-no-changes`.
 */
export function driftReportOf(stacks: StackReport[], now: Date, strict = false): DriftReport {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const having = (status: MerchantStatus) =>
    merchants.filter((merchant) => merchant.status === status).length;
  const unmanaged = stacks.flatMap((stack) => stack.unmanaged ?? []).length;
  const summary = {
    inSync: merchants.filter(isInSync).length,
    drifted: having("drifted"),
    missing: having("missing"),
    revoked: having("revoked"),
    unreachable: having("unreachable"),
    pending: merchants.filter(({ pending }) => pending.length > 0).length,
    ...(stacks.some((stack) => stack.unmanaged !== undefined) ? { unmanaged } : {}),
    errors: stacks.flatMap((stack) => stack.errors).length,
  };
  return {
    version: 2,
    generatedAt: now.toISOString(),
    exitCode: exitCodeOf(summary, strict),
    summary,
    stacks,
  };
}

/** Whether Pinterest holds what the program says. An integration with pending changes, such as its creation, is pending only. */
export function isInSync({ status, pending }: MerchantReport): boolean {
  return status === "in-sync" && pending.length === 0;
}

/** What is unmanaged is told of, and is neither drift nor an error. */
function exitCodeOf(summary: DriftReport["summary"], strict: boolean): ExitCode {
  const { drifted, missing, pending, revoked, unreachable, errors } = summary;
  const drift = drifted + missing + (strict ? pending : 0) > 0;
  const failed = revoked + unreachable + errors > 0;
  if (drift) return failed ? exitCodes.driftAndErrors : exitCodes.drift;
  return failed ? exitCodes.error : exitCodes.ok;
}
