import { firstOf } from "../provider/base/message-text";
import { inputsFromBag } from "../provider/lifecycle/outputs";
import { containsUnknown } from "../provider/lifecycle/values";
import { typeOf } from "../provider/run/constants";
import { placeNames } from "../provider/run/identity";
import { compareIntegrations } from "../provider/run/ownership";
import { nameOf } from "./state";
import type { IntegrationSteps, Planned, Properties } from "./steps";
import { textOf } from "./values";

/** A resource in state that the update deletes. */
interface Deletion extends Pick<IntegrationSteps, "urn" | "refreshed"> {
  readonly old: Properties;
  readonly isProtected: boolean;
}

/**
 * Finds renames: resources that the program declares under another name or parent, without an alias. The engine plans a create and a delete,
 * but Pinterest keeps the integration connected, because the created resource has it. If the created resource has another account, whether it is
 * the same integration is unknown.
 *
 * @returns the deletion by the URN of the create
 */
export function renamesIn(steps: Iterable<IntegrationSteps>): Map<string, Deletion> {
  const all = [...steps];
  const deletions = all.flatMap(({ urn, refreshed, planned }): Deletion[] =>
    planned?.op === "delete" && planned.old !== undefined
      ? [{ urn, refreshed, old: planned.old, isProtected: planned.isProtected === true }]
      : [],
  );
  const pairs = all.flatMap(({ urn, planned }) => {
    if (planned?.op !== "create" || deletions.length === 0) return [];
    const index = deletions.findIndex(({ old }) => hasIntegrationOf(planned, old));
    // Each deletion belongs to one create.
    const [deletion] = index === -1 ? [] : deletions.splice(index, 1);
    return deletion === undefined ? [] : [[urn, deletion] as const];
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

/** The difference between a resource and the one in state. `other`: only the URN identifies the resource in state. */
type Rename = "name" | "parent" | "name and parent" | "other";

/**
 * The resource option `aliases` in the languages of programs, by Pulumi's name of their runtime. `$name` and `$urn` are those in state, as string
 * literals.
 */
const aliasOptions: Readonly<Record<string, Readonly<Record<Rename, string>>>> = {
  nodejs: {
    name: "aliases: [{ name: $name }]",
    parent: "aliases: [{ parent: pulumi.rootStackResource }]",
    "name and parent": "aliases: [{ name: $name, parent: pulumi.rootStackResource }]",
    other: "aliases: [$urn]",
  },
  yaml: {
    name: "aliases: [{ name: $name }]",
    parent: "aliases: [{ noParent: true }]",
    "name and parent": "aliases: [{ name: $name, noParent: true }]",
    other: "aliases: [$urn]",
  },
  python: {
    name: "aliases=[pulumi.Alias(name=$name)]",
    parent: "aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]",
    "name and parent": "aliases=[pulumi.Alias(name=$name, parent=pulumi.ROOT_STACK_RESOURCE)]",
    other: "aliases=[$urn]",
  },
  go: {
    name: "pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String($name)}})",
    parent: "pulumi.Aliases([]pulumi.Alias{{NoParent: pulumi.Bool(true)}})",
    "name and parent":
      "pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String($name), NoParent: pulumi.Bool(true)}})",
    other: "pulumi.Aliases([]pulumi.Alias{{URN: pulumi.URN($urn)}})",
  },
  dotnet: {
    name: "Aliases = { new Alias { Name = $name } }",
    parent: "Aliases = { new Alias { NoParent = true } }",
    "name and parent": "Aliases = { new Alias { Name = $name, NoParent = true } }",
    other: "Aliases = { new Alias { Urn = $urn } }",
  },
  java: {
    name: ".aliases(Alias.builder().name($name).build())",
    parent: ".aliases(Alias.noParent())",
    "name and parent": ".aliases(Alias.builder().name($name).noParent().build())",
    other: ".aliases(Alias.withUrn($urn))",
  },
  // https://github.com/pulumi/pulumi-hcl/blob/main/docs/language-reference.md
  hcl: {
    name: "aliases = [{ name = $name }]",
    parent: "aliases = [{ no_parent = true }]",
    "name and parent": "aliases = [{ name = $name, no_parent = true }]",
    other: "aliases = [$urn]",
  },
};

/**
 * The resource option that turns a rename into an update, in the program's language. If that is not known, the option is as in YAML, with the URN.
 *
 * @param from the URN in state
 * @param to the URN in the program
 * @param runtime of the program, as in Pulumi.yaml
 */
export function aliasFor(from: string, to: string, runtime = ""): string {
  const options = aliasOptions[runtime === "bun" ? "nodejs" : runtime];
  return (options?.[kindOf(from, to)] ?? "aliases: [$urn]")
    .replace("$name", () => JSON.stringify(nameOf(from)))
    .replace("$urn", () => JSON.stringify(from));
}

function kindOf(from: string, to: string): Rename {
  const [parentOfOld, parentOfNew] = [from, to].map(parentTypesOf);
  const isRenamed = nameOf(from) !== nameOf(to);
  // The class adds an alias for the other provider type, which has the new name and parent.
  if (typeOf(from) !== typeOf(to)) return "other";
  if (parentOfOld === parentOfNew && isRenamed) return "name";
  if (parentOfOld !== "") return "other";
  return isRenamed ? "name and parent" : "parent";
}

/** A resource with another name or parent than in state, and the option that {@link aliasFor} returns. */
interface Renamed {
  readonly name: string;
  readonly alias: string;
}

/** How to keep resources in state under their new names and parents: sentences. */
export function aliasAdvice(renamed: readonly Renamed[]): string {
  const [only, ...others] = new Set(renamed.map(({ alias }) => `\`${alias}\``));
  if (others.length === 0) {
    const [first] = renamed;
    const who = renamed.length === 1 && first !== undefined ? first.name : "each resource";
    return `Give ${who} the option ${only}.`;
  }
  const byName = renamed.map(({ name, alias }) => `${name}: \`${alias}\``);
  return `Give each resource the alias of its old name or parent. ${firstOf(byName, undefined, "; ")}.`;
}

/** The types of a resource's parents. Empty if the stack is its parent. */
function parentTypesOf(urn: string): string {
  return urn.split("::")[2]?.split("$").slice(0, -1).join("$") ?? "";
}
