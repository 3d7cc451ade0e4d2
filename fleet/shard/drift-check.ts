import { resolve } from "node:path";
import { checkStack, checkState } from "../../cli/check/check-stack";
import type { MerchantReport } from "../../cli/check/report";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import { type DriftCheck, type MerchantOutcome, reasonOf, type ShardOutcome } from "./outcome";
import type { ShardStack } from "./shard-stack";
import type { OperationOptions } from "./update";

/** Compares Pinterest with a shard: with its program and state on the engine (`drift`), or only with its state (`drift --from-state`). */
export async function checkDrift(
  stack: ShardStack,
  operation: DriftCheck,
  { directory, signal, onMerchant, onProgress: progress }: OperationOptions,
): Promise<ShardOutcome> {
  const options = { notify: () => {}, signal };
  const { merchants: found, ...report } = await withBaseDirectory(resolve(directory), async () =>
    operation === "drift"
      ? (await checkStack(stack, { ...options, progress })).report
      : checkState(stack, options),
  );
  const merchants = found.map(outcomeOf);
  merchants.forEach(onMerchant);
  const interrupted = signal.aborted && report.errors.length > 0;
  // Read the results before the workspace is deleted.
  return { operation, merchants, errors: report.errors, interrupted, report: { ...report, directory } };
}

function outcomeOf(report: MerchantReport): MerchantOutcome {
  const { name, status, properties, pending } = report;
  const isNew = pending.includes("create") && status === "in-sync";
  const message = isNew ? "pending: the next update creates it" : reasonOf(report);
  return {
    name,
    status,
    properties: properties.map((each) => each.name),
    ...(message === "" ? {} : { message }),
    report,
  };
}
