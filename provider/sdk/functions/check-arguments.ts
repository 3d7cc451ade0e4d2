import { RunError } from "@pulumi/pulumi";
import type { Lookup } from "../../runtime/lookups/lookup";

/**
 * Refuses arguments of a function that it does not have, or that are of no use.
 *
 * @throws RunError that names the argument, and what is allowed. A program that fails with it shows its message alone, as for a resource.
 */
export function checkArguments<Args extends { readonly account?: string }>(
  lookup: Lookup<Args, unknown>,
  args: Args,
): void {
  try {
    lookup.check(args);
  } catch (error) {
    throw new RunError((error as Error).message);
  }
}
