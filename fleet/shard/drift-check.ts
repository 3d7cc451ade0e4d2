import { resolve } from "node:path";
import { type CheckOptions, checkStack, checkState } from "../../cli/check/check-stack";
import type { MerchantReport, StackReport } from "../../cli/check/report";
import type { OpenStack } from "../../cli/stack/stack";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import { dynamicType } from "../../provider/runtime/constants";
import { type DriftCheck, type MerchantOutcome, reasonOf, type ShardOutcome } from "./outcome";
import { type DeclaredMerchant, namesOf } from "./shard-file";
import type { OperationOptions } from "./update";

/**
 * Compares Pinterest with a shard: with its program and state on the engine (`drift`), or with its state and the declared names (`drift
 * --from-state`).
 */
export async function checkDrift(
  stack: OpenStack,
  operation: DriftCheck,
  { merchants: declared, directory, signal, onMerchant, onProgress }: OperationOptions,
): Promise<ShardOutcome> {
  const notify = () => {};
  const { merchants: found, ...report } = await withBaseDirectory(resolve(directory), async () =>
    operation === "drift"
      ? (await checkStack(stack, { notify, signal, progress: onProgress })).report
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
  const { name, status, properties, pending } = report;
  const message = pending.includes("create") && status === "in-sync" ? neverDeployed : reasonOf(report);
  return {
    name,
    status,
    properties: properties.map((each) => each.name),
    ...(message === "" ? {} : { message }),
    report,
  };
}

/**
 * Compares Pinterest with a shard's state without running the engine. A merchant that only the list has is pending creation; one that only
 * state has is pending deletion.
 */
export async function quickCheck(
  stack: OpenStack,
  declared: readonly DeclaredMerchant[],
  options: Pick<CheckOptions, "notify" | "signal">,
): Promise<StackReport> {
  const report = await checkState(stack, options);
  // If the state could not be read, its merchants are unknown.
  if (report.errors.length > 0) return report;
  const inState = new Set(report.merchants.map(({ name }) => name));
  const known = new Set(declared.flatMap(namesOf));
  const created = declared.filter((merchant) => !namesOf(merchant).some((name) => inState.has(name)));
  return {
    ...report,
    merchants: [
      ...report.merchants.map((found) => (known.has(found.name) ? found : toBeDeleted(found))),
      ...created.map((merchant) => toBeCreated(merchant, stack)),
    ],
  };
}

/** A merchant that left the list has no planned values to compare. */
function toBeDeleted({ since: _, ...found }: MerchantReport): MerchantReport {
  const status = found.status === "drifted" ? "in-sync" : found.status;
  return { ...found, status, properties: [], pending: ["delete"] };
}

/** In the form of the engine's preview. */
function toBeCreated(
  { name, arguments: { externalBusinessId, account } }: DeclaredMerchant,
  { project, name: stack }: OpenStack,
): MerchantReport {
  return {
    name,
    urn: `urn:pulumi:${stack}::${project}::${dynamicType}::${name}`,
    externalBusinessId: String(externalBusinessId),
    ...(account === undefined ? {} : { account: String(account) }),
    status: "in-sync",
    properties: [],
    pending: ["create"],
  };
}
