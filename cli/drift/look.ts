import { inParallel } from "../../provider/api/async";
import { type CollectOptions, lookAt, type StackLook, withUnmanaged } from "../look/collect";
import type { DriftReport, MerchantReport, StackReport } from "../look/report";
import type { OpenStack } from "../stacks/stack";
import { stackOptions } from "../text/shell";
import { stillDrifted } from "./still-drifted";
import { driftReportOf } from "./summary";
import type { Target } from "./targets";

/** What was found of one target. */
export interface TargetLook extends StackLook {
  /** Left out where it cannot be worked with. */
  readonly stack?: OpenStack;
}

/** A look at all stacks that were asked for. */
export interface Look {
  readonly report: DriftReport;
  readonly targets: readonly TargetLook[];
}

/** What a fix left of a stack. */
export interface Aftermath {
  /** What failed; nothing where all went well. */
  readonly failures: readonly string[];
  /** The merchants as they were found before it. */
  readonly before: readonly MerchantReport[];
}

/**
 * Looks at stacks, so many at the same time.
 *
 * @param fixed the stacks that were fixed since a look before.
 */
export async function lookAtAll(
  targets: readonly Target[],
  options: CollectOptions & { readonly parallel: number; readonly strict?: boolean | undefined },
  fixed: ReadonlyMap<OpenStack, Aftermath> = new Map(),
): Promise<Look> {
  const looks = await inParallel(
    targets,
    options.parallel,
    async ({ stack, unusable }): Promise<TargetLook> => {
      if (stack === undefined) {
        return { report: unusable, integrations: [], inventory: [], failed: true, othersChanged: [] };
      }
      const look = await lookAt(stack, options);
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
