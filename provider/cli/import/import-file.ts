import type { Bag } from "../../lifecycle/bags";
import type { PlannedImport } from "./plan";

/** An entry of the file that `pulumi import --file` reads. */
export interface ImportResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** With the provider's text, and secrets in the engine's own form, which holds them in clear. */
  readonly inputs: Bag;
  readonly outputs: Bag;
}

/** What `pulumi import --file` is to read. It holds secrets in clear. */
export interface ImportFile {
  readonly resources: readonly ImportResource[];
}

/** The import file of these plans, in their order. */
export function importFileOf(plans: readonly PlannedImport[]): ImportFile {
  return { resources: plans.map(importResourceOf) };
}

/** The entry of one resource; also for entries that the engine has written itself, which lack id, inputs and outputs. */
export function importResourceOf(
  plan: Pick<PlannedImport, "name" | "externalBusinessId" | "inputs" | "outputs">,
): ImportResource {
  throw new Error(`not there yet: ${plan.name}`);
}
