import { type ExitCode, exitCodes } from "../exit-codes";
import type { DriftReport, MerchantReport, MerchantStatus, StackReport } from "../look/report";

/**
 * Combines the reports of all stacks, with counts and the exit code.
 *
 * @param strict whether pending changes count as drift, as in `pulumi preview --refresh --expect-no-changes`.
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

/** Whether Pinterest has the program's values. An integration with pending changes, such as its creation, counts as pending only. */
export function isInSync({ status, pending }: MerchantReport): boolean {
  return status === "in-sync" && pending.length === 0;
}

/** Unmanaged integrations are reported, and are neither drift nor an error. */
function exitCodeOf(summary: DriftReport["summary"], strict: boolean): ExitCode {
  const { drifted, missing, pending, revoked, unreachable, errors } = summary;
  const drift = drifted + missing + (strict ? pending : 0) > 0;
  const failed = revoked + unreachable + errors > 0;
  if (drift) return failed ? exitCodes.driftAndErrors : exitCodes.drift;
  return failed ? exitCodes.error : exitCodes.ok;
}
