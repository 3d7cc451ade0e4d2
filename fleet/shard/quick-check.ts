import { type CheckOptions, checkState } from "../../cli/check/check-stack";
import type { MerchantReport, StackReport } from "../../cli/check/report";
import type { OpenStack } from "../../cli/stack/stack";
import { dynamicType } from "../../provider/runtime/constants";
import { type DeclaredMerchant, namesOf } from "./shard-file";

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
