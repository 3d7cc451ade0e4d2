import { firstOf } from "../provider/base/message-text";
import { inputsFromBag } from "../provider/lifecycle/outputs";
import { containsUnknown } from "../provider/lifecycle/values";
import { typeOf } from "../provider/run/constants";
import { placeNames } from "../provider/run/identity";
import { compareIntegrations } from "../provider/run/ownership";
import { nameOf } from "./state";
import type { Planned, Properties, Steps } from "./steps";
import { textOf } from "./values";

/** The steps of a resource that the update creates or deletes. */
export type PlannedSteps = Steps & { readonly planned: Planned };

/**
 * Finds renames: resources that the program declares under another name or parent, without an alias. The engine plans a create and a delete,
 * but Pinterest keeps the integration connected, because the created resource has it. If the created resource has another account, whether it is
 * the same integration is unknown.
 *
 * @returns the deletion by the URN of the create
 */
export function renamesIn(steps: Iterable<Steps>): Map<string, PlannedSteps> {
  const planned = [...steps].filter((one): one is PlannedSteps => one.planned !== undefined);
  const deletions = planned.filter(({ planned: { op } }) => op === "delete");
  const pairs = planned.flatMap((created) => {
    if (created.planned.op !== "create" || deletions.length === 0) return [];
    const index = deletions.findIndex(({ planned: { wanted } }) => hasIntegrationOf(created.planned, wanted));
    // Each deletion belongs to one create.
    const [deletion] = index === -1 ? [] : deletions.splice(index, 1);
    return deletion === undefined ? [] : [[created.urn, deletion] as const];
  });
  return new Map(pairs);
}

/**
 * Whether a created resource has the integration of a resource in state.
 *
 * @param integrationId of the created resource, if a read has found the integration. It also identifies an integration of another account.
 */
export function hasIntegrationOf(created: Planned, inState: Properties, integrationId?: string): boolean {
  const { inputs } = created.wanted;
  if (!isPlaceKnown(inputs) || inputs.externalBusinessId !== inState.inputs.externalBusinessId) return false;
  const deleted = { ...inputsFromBag(inState.inputs), integrationId: textOf(inState.outputs.integrationId) };
  return compareIntegrations({ ...inputsFromBag(inputs), integrationId }, deleted) === "same";
}

/** Whether ID, account and provider are neither secrets, whose markers are all equal, nor unknown. */
function isPlaceKnown(inputs: Properties["inputs"]): boolean {
  return placeNames.every(
    (name) => typeof (inputs[name] ?? "") === "string" && !containsUnknown(inputs[name]),
  );
}

/**
 * The resource option that turns a rename into an update, as TypeScript.
 *
 * @param from the URN in state
 * @param to the URN in the program
 */
export function aliasFor(from: string, to: string): string {
  const [parentOfOld, parentOfNew] = [from, to].map(parentTypesOf);
  const [oldName, newName] = [from, to].map(nameOf);
  const name = oldName === newName ? [] : [`name: ${JSON.stringify(oldName)}`];
  if (parentOfOld === parentOfNew && typeOf(from) === typeOf(to) && name.length > 0)
    return `aliases: [{ ${name} }]`;
  // The class adds an alias for the other provider type, which has the new name and parent.
  return parentOfOld === "" && typeOf(from) === typeOf(to)
    ? `aliases: [{ ${[...name, "parent: pulumi.rootStackResource"].join(", ")} }]`
    : `aliases: [${JSON.stringify(from)}]`;
}

/** How to keep resources in state under their new names and parents: sentences. */
export function aliasAdvice(renames: readonly { readonly from: string; readonly to: string }[]): string {
  const aliases = renames.map(({ from, to }) => ({ name: nameOf(to), option: `\`${aliasFor(from, to)}\`` }));
  const [only, ...others] = new Set(aliases.map(({ option }) => option));
  if (others.length === 0) {
    const [first] = aliases;
    const who = aliases.length === 1 && first !== undefined ? first.name : "each resource";
    return `Give ${who} the option ${only}.`;
  }
  const byName = aliases.map(({ name, option }) => `${name}: ${option}`);
  return `Give each resource the alias of its old name or parent. ${firstOf(byName, undefined, "; ")}.`;
}

/** The types of a resource's parents. Empty if the stack is its parent. */
function parentTypesOf(urn: string): string {
  return urn.split("::")[2]?.split("$").slice(0, -1).join("$") ?? "";
}
