import { inParallel } from "../../provider/api/async";
import { type CheckOptions, checkStack, type StackCheck, withUnmanaged } from "../check/check-stack";
import type { DriftReport, MerchantReport, StackReport } from "../check/report";
import { driftReportOf } from "../check/report";
import type { OpenStack } from "../stack/stack";
import { stackOptions } from "../text/shell";
import { stillDrifted } from "./still-drifted";
import type { Target } from "./targets";

/** The result of one target. */
export interface TargetLook extends StackCheck {
  /** Omitted if the stack cannot be opened. */
  readonly stack?: OpenStack;
}

/** The drift check of all requested stacks. */
export interface Look {
  readonly report: DriftReport;
  readonly targets: readonly TargetLook[];
}

/** The outcome of a stack's fix. */
export interface Aftermath {
  /** The failures; empty if the fix succeeded. */
  readonly failures: readonly string[];
  /** The merchants before the fix. */
  readonly before: readonly MerchantReport[];
}

/**
 * Checks stacks, several at a time.
 *
 * @param fixed stacks that were fixed after an earlier check.
 */
export async function lookAtAll(
  targets: readonly Target[],
  options: CheckOptions & { readonly parallel: number; readonly strict?: boolean | undefined },
  fixed: ReadonlyMap<OpenStack, Aftermath> = new Map(),
): Promise<Look> {
  const looks = await inParallel(
    targets,
    options.parallel,
    async ({ stack, unusable }): Promise<TargetLook> => {
      if (stack === undefined) {
        return { report: unusable, integrations: [], inventory: [], failed: true, othersChanged: [] };
      }
      const look = await checkStack(stack, options);
      return { ...look, report: withAftermath(look.report, fixed.get(stack), stackOptions(stack)), stack };
    },
  );
  return { report: driftReportOf(withUnmanaged(looks, options), new Date(), options.strict), targets: looks };
}

function withAftermath(report: StackReport, aftermath: Aftermath | undefined, options: string): StackReport {
  if (aftermath === undefined || aftermath.failures.length === 0) return report;
  const before = new Map(aftermath.before.map((merchant) => [merchant.urn, merchant]));
  return {
    ...report,
    merchants: report.merchants.map((merchant) => stillDrifted(merchant, before, options)),
    errors: [...new Set([...aftermath.failures, ...report.errors])],
  };
}
