import { inParallel } from "../../pinterest/in-parallel";
import type { OpenStack } from "../stack/stack";
import { type CollectOptions, lookAt, type StackLook, withUnmanaged } from "./collect";
import type { DriftReport } from "./report";
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

/**
 * Looks at stacks, so many at the same time.
 *
 * @param failures what went wrong before, by stack.
 */
export async function lookAtAll(
  targets: readonly Target[],
  options: CollectOptions & { readonly parallel: number },
  failures: ReadonlyMap<OpenStack, readonly string[]> = new Map(),
): Promise<Look> {
  const looks = await inParallel(
    targets,
    options.parallel,
    async ({ stack, unusable }): Promise<TargetLook> => {
      if (stack === undefined) {
        return { report: unusable, integrations: [], inventory: [], failed: true, othersChanged: [] };
      }
      const look = await lookAt(stack, options);
      const before = failures.get(stack) ?? [];
      const errors = [...new Set([...before, ...look.report.errors])];
      return { ...look, report: { ...look.report, errors }, stack };
    },
  );
  return { report: driftReportOf(withUnmanaged(looks, options), new Date()), targets: looks };
}
