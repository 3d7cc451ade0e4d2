import { isDeepStrictEqual } from "node:util";
import type { Bag } from "../../provider/base/bag";
import type { ProviderProcess } from "../../provider/lifecycle/provider-process";
import type { Resource, Step } from "./engine";
import { bagOf, type Program } from "./program";

/**
 * The planned operation for a resource of the program, and the inputs that the provider's check returns.
 *
 * @throws Error if the check reports a problem
 */
export async function plan(
  provider: ProviderProcess,
  program: Program,
  name: string,
  old: Resource | undefined,
): Promise<{ inputs: Bag; step: Step }> {
  const inputs = await check(provider, program, name, old?.inputs ?? {});
  if (old === undefined) return { inputs, step: { op: "create", name, properties: [] } };
  const { replaces, needsUpdate } = provider.diff(old.id, old.outputs, inputs, urnOf(name));
  const properties = differing(old.inputs, inputs);
  if (replaces.length > 0) {
    await check(provider, program, name, {});
    return { inputs, step: { op: "replace", name, properties } };
  }
  const isChanged = properties.length > 0 || needsUpdate || old.initErrors.length > 0;
  return { inputs, step: { op: isChanged ? "update" : "same", name, properties } };
}

/** The URN of a resource in state. A replaced resource has that of its replacement. */
export function urnOf(key: string): string {
  return `urn:pulumi:test::model::pinterest:index:CommerceIntegration::${key.split("#", 1)}`;
}

async function check(provider: ProviderProcess, program: Program, name: string, olds: Bag): Promise<Bag> {
  const declared = program.get(name);
  if (declared === undefined) throw new Error(`the program declares no ${name}`);
  const { inputs, problems } = await provider.check(olds, bagOf(declared), urnOf(name));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return inputs;
}

function differing(olds: Bag, news: Bag): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => !isDeepStrictEqual(olds[name], news[name])).sort();
}
