import { resolve } from "node:path";
import { lookAt } from "../../cli/look/collect";
import type { MerchantReport } from "../../cli/look/report";
import type { OpenStack } from "../../cli/stacks/stack";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import { type DriftCheck, type MerchantOutcome, reasonOf, type ShardOutcome } from "./outcome";
import { quickCheck } from "./quick-check";
import type { DeclaredMerchant } from "./shard-file";

export interface LookOptions {
  /** The merchants that the shard's program declares. */
  readonly merchants: readonly DeclaredMerchant[];
  /** The directory in which the packages are installed. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onMerchant: (outcome: MerchantOutcome) => void;
}

/**
 * Compares Pinterest with a shard: with its program and state on the engine (`drift`), or with its state and the declared names (`drift
 * --from-state`).
 */
export async function look(
  stack: OpenStack,
  operation: DriftCheck,
  { merchants: declared, directory, signal, onMerchant }: LookOptions,
): Promise<ShardOutcome> {
  const notify = () => {};
  const { merchants: found, ...report } = await withBaseDirectory(resolve(directory), async () =>
    operation === "drift"
      ? (await lookAt(stack, { notify, signal })).report
      : quickCheck(stack, declared, { notify, signal }),
  );
  const merchants = found.map(outcomeOf);
  merchants.forEach(onMerchant);
  const interrupted = signal.aborted && report.errors.length > 0;
  // Read the results before the workspace is deleted.
  const about = { ...report, directory };
  return { operation, merchants, errors: report.errors, interrupted, report: about };
}

/** Nothing is deployed yet, so nothing differs. */
const neverDeployed = "pending: the next update creates it";

function outcomeOf(report: MerchantReport): MerchantOutcome {
  const { name, status, properties, pending, reason, advice } = report;
  const message =
    pending.includes("create") && status === "in-sync" ? neverDeployed : reasonOf({ reason, advice });
  return {
    name,
    status,
    properties: properties.map((each) => each.name),
    ...(message === "" ? {} : { message }),
    report,
  };
}
