import { isDeepStrictEqual } from "node:util";
import { checkIntegration } from "../../provider/lifecycle/check";
import { diffIntegration } from "../../provider/lifecycle/diff";
import type { RunLedger } from "../../provider/lifecycle/ledger";
import type { Bag } from "../../provider/lifecycle/outputs";
import type { Resource, Step } from "./engine";
import { bagOf, type Program } from "./program";

/**
 * The planned operation for a resource of the program, if the provider's diff returns only replacements, and the inputs that the provider's check returns.
 *
 * @throws Error if the check reports a problem
 */
export function plan(
  ledger: RunLedger,
  program: Program,
  name: string,
  old: Resource | undefined,
): { inputs: Bag; step: Step } {
  const inputs = check(ledger, program, name, old === undefined || old.pendingReplacement ? {} : old.inputs);
  if (old === undefined) return { inputs, step: { op: "create", name, properties: [] } };
  ledger.compared(old.outputs, inputs);
  const { replaces } = diffIntegration(old.id, inputs);
  const properties = differing(old.inputs, inputs);
  if (replaces.length > 0 || old.pendingReplacement) {
    check(ledger, program, name, {});
    return { inputs, step: { op: "replace", name, properties } };
  }
  const isChanged = properties.length > 0 || old.initErrors.length > 0;
  return { inputs, step: { op: isChanged ? "update" : "same", name, properties } };
}

function check(ledger: RunLedger, program: Program, name: string, olds: Bag): Bag {
  const declared = program.get(name);
  if (declared === undefined) throw new Error(`the program declares no ${name}`);
  const { inputs, problems } = checkIntegration(bagOf(declared));
  ledger.checked(olds, inputs);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return inputs;
}

function differing(olds: Bag, news: Bag): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => !isDeepStrictEqual(olds[name], news[name])).sort();
}
