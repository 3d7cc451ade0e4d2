import { type IntegrationFieldName, integrationFields, isFieldName } from "../../provider/api";
import { defined } from "../../provider/base/bag";
import { checkArgument } from "../../provider/lifecycle/check";
import type { DriftedProperty, MerchantReport, StackReport } from "../../stack/report";
import type { Chosen } from "../drift/accept";
import { metadataObject } from "../import/program";
import {
  applyEdits,
  type Entry,
  type Literal,
  lineOf,
  plainValue,
  rewritten,
  type TextEdit,
} from "./literals";
import { type Declaration, type Found, finderIn, type Source, type SourceFile } from "./sources";

/** Pinterest's value of a property, to write into code. */
interface Adoption {
  readonly merchant: string;
  readonly name: IntegrationFieldName;
  readonly program: string | number;
  /** null: remove the property. */
  readonly pinterest: string | number | null;
}

/** A finding that is not written into code. */
export interface Unadopted {
  readonly merchant: string;
  readonly reason: string;
  /** The change to make by hand; undefined if there is none. */
  readonly change?: Pick<DriftedProperty, "name" | "program" | "pinterest">;
  readonly file?: SourceFile;
  readonly line?: number;
}

/** A property that is written into code. */
interface Adopted extends Adoption {
  readonly file: SourceFile;
  readonly line: number;
}

export interface AdoptionPlan {
  /** The new texts of the files that change. */
  readonly files: readonly SourceFile[];
  readonly adopted: readonly Adopted[];
  readonly unadopted: readonly Unadopted[];
}

/**
 * Plans the edits that write Pinterest's values into the source of stacks, all of which have the same source.
 *
 * @param chosen the findings to adopt. Default: all.
 * @param refusal why no value is adopted. Default: values are adopted.
 */
export function planAdoption(
  stacks: readonly StackReport[],
  source: Source,
  chosen?: readonly Chosen[],
  refusal?: string,
): AdoptionPlan {
  const { adoptions, unadopted } = adoptionsOf(stacks, chosen, refusal);
  const find = finderIn(source, source.files);
  const adopted: Adopted[] = [];
  const edits = new Map<SourceFile, TextEdit[]>();
  for (const [merchant, wanted] of Map.groupBy(adoptions, (each) => each.merchant)) {
    const found = find(merchant);
    const { file, start } = found;
    if (!isDeclaration(found)) {
      const line = file && start !== undefined ? lineOf(file.text, start) : undefined;
      for (const { merchant: _, ...change } of wanted)
        unadopted.push({ merchant, reason: found.reason, change, ...defined({ file, line }) });
      continue;
    }
    const plans = wanted.map((adoption) => ({ adoption, plan: changeOf(found, adoption) }));
    const removed = plans.flatMap(({ plan }) => (plan.kind === "removal" ? [plan.entry] : []));
    const removals = found.dialect.remove(found.file.text, found.entries, new Set(removed));
    for (const { adoption, plan } of plans) {
      const place = { file: found.file, line: lineOf(found.file.text, plan.start) };
      const reason = problemWith(plan, removals);
      if (reason === undefined) {
        adopted.push({ ...adoption, ...place });
      } else {
        const { merchant: _, ...change } = adoption;
        unadopted.push({ merchant, reason, change, ...place });
      }
    }
    const replacements = plans.flatMap(({ plan }) => (plan.kind === "replacement" ? [plan.edit] : []));
    const earlier = edits.get(found.file) ?? [];
    edits.set(found.file, [...earlier, ...replacements, ...(removals ?? [])]);
  }
  const changed = source.files.map((file) => ({
    ...file,
    text: applyEdits(file.text, edits.get(file) ?? []),
  }));
  const failed = failedEdits(source, changed, adopted);
  const { true: written = [], false: unwritten = [] } = Object.groupBy(adopted, ({ file }) =>
    failed.has(file.path) ? "false" : "true",
  );
  const reason = "the edited file would not have Pinterest's value";
  return {
    files: changed.filter(({ path, text }, index) => text !== source.files[index]?.text && !failed.has(path)),
    adopted: written,
    unadopted: [
      ...unadopted,
      ...unwritten.map(({ merchant, file, line, ...change }) => ({ merchant, reason, change, file, line })),
    ],
  };
}

function isDeclaration(found: Found): found is Declaration {
  return "dialect" in found;
}

interface PlacedMerchant {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/** The properties that can be adopted, and why others cannot. */
function adoptionsOf(
  stacks: readonly StackReport[],
  chosen: readonly Chosen[] | undefined,
  refusal: string | undefined,
): { adoptions: Adoption[]; unadopted: Unadopted[] } {
  const isChosen = (urn: string, property: string | undefined) =>
    chosen?.some((one) => one.urn === urn && one.group.property?.name === property) ?? true;
  const placed = stacks.flatMap((stack) => stack.merchants.map((merchant) => ({ stack, merchant })));
  const byName = Map.groupBy(placed, ({ merchant }) => merchant.name);
  // By merchant and property, because several stacks can have the same merchant and property.
  const adoptions = new Map<string, Adoption>();
  const unadopted = new Map<string, Unadopted>();
  for (const { stack, merchant } of placed) {
    const sameName = byName.get(merchant.name) ?? [];
    const isRepeated = sameName.filter((other) => other.stack === stack).length > 1;
    const reason = problemWithMerchant(merchant, isRepeated);
    if (reason !== undefined && merchant.properties.length === 0 && isChosen(merchant.urn, undefined)) {
      unadopted.set(merchant.name, { merchant: merchant.name, reason });
    }
    for (const property of merchant.properties.filter(({ name }) => isChosen(merchant.urn, name))) {
      const { name, program, pinterest, secret } = property;
      const key = JSON.stringify([merchant.name, name]);
      const problem =
        reason ?? problemWithProperty(property, merchant) ?? refusal ?? problemWithOthers(property, sameName);
      const change = secret ? { name } : { name, program, pinterest };
      if (problem !== undefined) unadopted.set(key, { merchant: merchant.name, reason: problem, change });
      else adoptions.set(key, { merchant: merchant.name, ...(change as Omit<Adoption, "merchant">) });
    }
  }
  for (const key of unadopted.keys()) adoptions.delete(key);
  return { adoptions: [...adoptions.values()], unadopted: [...unadopted.values()] };
}

/** Why no property of a merchant is adopted. Undefined if they are, or if nothing differs. */
function problemWithMerchant(merchant: MerchantReport, isRepeated: boolean): string | undefined {
  const { status, recreated, urn, pending } = merchant;
  switch (status) {
    case "in-sync":
    case "pending":
      return undefined;
    case "missing":
      return "deleted at Pinterest: fix the drift to recreate it, or remove its declaration";
    case "revoked":
    case "unreachable":
      return `${status}: its values are not known`;
    case "accepted":
    case "drifted":
      if (merchant.accepted !== undefined) return "accepted as missing";
      if (recreated) return "recreated at Pinterest: it needs an update";
      if (pending.includes("replace")) return "an update would replace it";
      if (urn.split("::")[2]?.includes("$")) return "it belongs to a component or another parent";
      return isRepeated ? "several resources have this name" : undefined;
  }
}

function problemWithProperty(
  { name, secret, program, pinterest, accepted }: DriftedProperty,
  { pending }: MerchantReport,
): string | undefined {
  if (secret) return "a secret";
  if (accepted !== undefined) return "accepted drift: remove its entry from accepted-drift.yaml first";
  if (!isFieldName(name)) return "not a field of an integration";
  if (pending.includes(name)) return "its change in the program is not deployed";
  if (program === undefined || program === null) return "the declared value is not known";
  if (pinterest === undefined) return "Pinterest's value is not known";
  return undefined;
}

/** Why an edit would change the value of another stack. @param sameName the integrations that the same declaration can have. */
function problemWithOthers(
  { name, pinterest }: DriftedProperty,
  sameName: readonly PlacedMerchant[],
): string | undefined {
  const hasValue = ({ merchant }: PlacedMerchant) =>
    merchant.properties.some((property) => property.name === name && property.pinterest === pinterest);
  const other = sameName.find((one) => !hasValue(one));
  return other && `the stack ${other.stack.stack} of this program has another value at Pinterest`;
}

/** The change of a declaration that adopts a property, or why there is none; and the place of the property. */
type PlannedChange = { readonly start: number } & (
  | { readonly kind: "replacement"; readonly edit: TextEdit }
  | { readonly kind: "removal"; readonly entry: Entry }
  | { readonly kind: "none"; readonly problem: string }
);

/** Why a change is not made. Undefined if it is. @param removals the edits that remove entries; undefined if they cannot be removed. */
function problemWith(change: PlannedChange, removals: readonly TextEdit[] | undefined): string | undefined {
  switch (change.kind) {
    case "replacement":
      return undefined;
    case "removal":
      return removals === undefined ? "other code or a comment is on its line" : undefined;
    case "none":
      return change.problem;
  }
}

function changeOf(found: Declaration, adoption: Adoption): PlannedChange {
  const { name, program, pinterest } = adoption;
  const [entry, repeated] = found.entries.filter(({ key }) => key === name);
  const none = (problem: string): PlannedChange => ({
    kind: "none",
    problem,
    start: entry?.start ?? found.start,
  });
  if (entry === undefined) return none(`its declaration does not set ${name}`);
  const { start } = entry;
  if (repeated !== undefined) return none(`its declaration sets ${name} several times`);
  const { value: literal } = entry;
  if (literal.kind === "computed") return none(`the value is ${literal.what}`);
  if (canonicalValue(name, literal, found) !== program)
    return none("the value here is not the one that was compared");
  if (pinterest === null) return { kind: "removal", entry, start };
  const value = newValue(adoption, literal);
  if (value === undefined) return none("its form cannot express the value");
  const text = rewritten(found.file.text, literal, value, found.dialect);
  if (text === undefined) return none("a comment is between its values");
  return { kind: "replacement", edit: { start: literal.start, end: literal.end, text }, start };
}

/** The value that the provider gets. */
function canonicalValue(
  name: IntegrationFieldName,
  literal: Literal,
  { argumentOf = (_, value) => value }: Declaration,
): unknown {
  return checkArgument(name, argumentOf(name, plainValue(literal))).canonical;
}

/** Pinterest's value in the form of the literal that it replaces; undefined if that form cannot express it. */
function newValue({ name, pinterest }: Adoption, old: Literal): unknown {
  if (old.kind === "scalar") return pinterest;
  const { kind } = integrationFields[name];
  if (kind === "scopes" && old.kind === "sequence")
    return orderedScopes(String(pinterest), plainValue(old) as unknown[]);
  return kind === "metadata" && old.kind === "mapping" ? metadataObject(String(pinterest)) : undefined;
}

/** The scopes in the order of the old list, and new ones at its end. */
function orderedScopes(canonical: string, old: readonly unknown[]): string[] {
  const scopes = canonical.split(",");
  const kept = old.filter((scope): scope is string => typeof scope === "string" && scopes.includes(scope));
  return [...kept, ...scopes.filter((scope) => !kept.includes(scope))];
}

/** Files whose new text does not give the program Pinterest's values, so that it must not be written. */
function failedEdits(
  source: Source,
  files: readonly SourceFile[],
  adopted: readonly Adopted[],
): ReadonlySet<string> {
  const find = finderIn(source, files);
  const failed = adopted.filter(({ merchant, name, pinterest }) => {
    const found = find(merchant);
    if (!isDeclaration(found)) return true;
    const entry = found.entries.find(({ key }) => key === name);
    if (entry === undefined || pinterest === null) return entry !== undefined || pinterest !== null;
    return entry.value.kind === "computed" || canonicalValue(name, entry.value, found) !== pinterest;
  });
  return new Set(failed.map(({ file }) => file.path));
}
