// Whether a resource changes: `sg.diff`, `processIgnoreChanges` and `applyReplaceOnChanges` in step_generator.go. Paths of nested properties in
// `ignoreChanges` and `replaceOnChanges` fail with the error `Unsupported`.
import { Unsupported } from "./events";
import type { Provider } from "./provider";
import type { Resource } from "./state";
import { type Bag, differences, type PropertyDifference } from "./values";

export interface ResourceDiff {
  readonly changed: boolean;
  readonly replaced: boolean;
  readonly detailedDiff: Record<string, PropertyDifference> | null;
  readonly deleteBeforeReplace: boolean;
}

/** The difference of a resource that is replaced although its provider might find no difference. */
export const forcedReplacement: ResourceDiff = {
  changed: true,
  replaced: true,
  detailedDiff: null,
  deleteBeforeReplace: false,
};

/** Asks the provider of a resource how it differs from new inputs. */
export async function diffResource(
  provider: Provider,
  old: Resource,
  inputs: Bag,
  options: Partial<Pick<Resource, "ignoreChanges" | "replaceOnChanges">>,
): Promise<ResourceDiff> {
  const { ignoreChanges = [], replaceOnChanges = [] } = options;
  const found = await provider.diff(old, inputs, ignoreChanges);
  const compared = differences(old.inputs, ignoring(ignoreChanges, old.inputs, inputs));
  const isUnknown = found.changes === "unknown";
  const changedNames = isUnknown ? Object.keys(compared) : found.changed;
  const changed = isUnknown ? changedNames.length > 0 : found.changes === "some";
  const detailedDiff = isUnknown ? compared : found.detailedDiff;
  const isReplacing = (path: string) => changed && isReplacedOn(replaceOnChanges, path);
  return {
    changed,
    replaced: found.replaces.length > 0 || changedNames.some(isReplacing),
    detailedDiff: Object.fromEntries(
      Object.entries(detailedDiff).map(([path, difference]) => [
        path,
        isReplacing(path) ? { ...difference, kind: replacing(difference.kind) } : difference,
      ]),
    ),
    deleteBeforeReplace: found.deleteBeforeReplace,
  };
}

/** New inputs with the old values of ignored properties. */
export function ignoring(names: readonly string[], olds: Bag, news: Bag): Bag {
  const inputs = { ...news };
  for (const name of names) {
    if (/[.[*]/.test(name)) throw new Unsupported(`the path ${name} in ignoreChanges`);
    if (name in olds) inputs[name] = olds[name];
    else delete inputs[name];
  }
  return inputs;
}

/** Whether `replaceOnChanges` names the property that changes, or a property that contains it. */
function isReplacedOn(replaceOnChanges: readonly string[], path: string): boolean {
  const [name = ""] = path.split(/[.[]/);
  return replaceOnChanges.some((each) => {
    if (/[.[]/.test(each)) throw new Unsupported(`the path ${each} in replaceOnChanges`);
    return each === "*" || each === name;
  });
}

/** The kind of a difference that replaces the resource. */
function replacing(kind: string): string {
  return kind.endsWith("-replace") ? kind : `${kind}-replace`;
}
