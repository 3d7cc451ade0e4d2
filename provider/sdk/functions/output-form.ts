import * as pulumi from "@pulumi/pulumi";
import type { FunctionName } from "../../runtime/lookups/arguments";
import { readiness } from "./readiness";

/** Arguments, each possibly an output. */
export type InputsOf<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/**
 * The Output form of a function: waits for arguments, for the provider and for `dependsOn`, and is unknown while one of
 * them is.
 */
export function outputForm<Args extends object, Result>(
  caller: FunctionName,
  call: (args: Args, opts: pulumi.InvokeOptions) => Promise<Result>,
  args: InputsOf<Args>,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<pulumi.Unwrap<Result>> {
  const { dependsOn: _, ...invoke } = opts;
  // Results hold their secrets as outputs; `output` takes these out, and makes the whole secret.
  return pulumi
    .all([pulumi.output(args as object), readiness(caller, opts)])
    .apply(([known]) => pulumi.output(call(known as Args, invoke))) as unknown as pulumi.Output<
    pulumi.Unwrap<Result>
  >;
}
