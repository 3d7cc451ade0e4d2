import { type IntegrationFieldName, integrationFields, isFieldName } from "../../provider/api";
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
import type { Declaration, Found, Source, SourceFile } from "./sources";

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
export interface Adopted extends Adoption {
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
  const find = source.finderIn(source.files);
  const adopted: Adopted[] = [];
  const edits = new Map<SourceFile, TextEdit[]>();
  for (const [merchant, wanted] of Map.groupBy(adoptions, (each) => each.merchant)) {
    const found = find(merchant);
    const planned = editsOf(found, wanted);
    unadopted.push(...planned.unadopted);
    if (!isDeclaration(found)) continue;
    adopted.push(...planned.adopted);
    edits.set(found.file, [...(edits.get(found.file) ?? []), ...planned.edits]);
  }
  const changed = source.files.map((file) => {
    const ofFile = edits.get(file);
    return ofFile === undefined ? file : { ...file, text: applyEdits(file.text, ofFile) };
  });
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
  const adoptions = new Map<string, Adoption>();
  const unadopted = new Map<string, Unadopted>();
  for (const { stack, merchant } of placed) {
    const sameName = byName.get(merchant.name) ?? [];
    const isRepeated = sameName.filter((other) => other.stack === stack).length > 1;
    const reason = problemWithMerchant(merchant, isRepeated);
    if (reason !== undefined && merchant.properties.length === 0 && isChosen(merchant.urn, undefined)) {
      unadopted.set(merchant.name, { merchant: merchant.name, reason });
    }
    for (const property of merchant.properties) {
      if (!isChosen(merchant.urn, property.name)) continue;
      const key = JSON.stringify([merchant.name, property.name]);
      const { name, program, pinterest } = property;
      const problem =
        reason ?? problemWithProperty(property, merchant) ?? refusal ?? problemWithOthers(property, sameName);
      const change = property.secret ? { name } : { name, program, pinterest };
      if (problem !== undefined) unadopted.set(key, { merchant: merchant.name, reason: problem, change });
      else
        adoptions.set(key, {
          merchant: merchant.name,
          ...(property as Omit<Adoption, "merchant">),
          name: name as IntegrationFieldName,
        });
    }
  }
  return {
    adoptions: [...adoptions].flatMap(([key, adoption]) => (unadopted.has(key) ? [] : [adoption])),
    unadopted: [...unadopted.values()],
  };
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
  const other = sameName.find(({ merchant }) => !hasValue(merchant, name, pinterest));
  return other && `the stack ${other.stack.stack} of this program has another value at Pinterest`;
}

function hasValue({ properties }: MerchantReport, name: string, pinterest: unknown): boolean {
  return properties.some((property) => property.name === name && property.pinterest === pinterest);
}

interface PlannedEdits {
  readonly edits: readonly TextEdit[];
  readonly adopted: readonly Adopted[];
  readonly unadopted: readonly Unadopted[];
}

/** The edits of one declaration. */
function editsOf(found: Found, adoptions: readonly Adoption[]): PlannedEdits {
  const edits: TextEdit[] = [];
  const adopted: Adopted[] = [];
  const unadopted: Unadopted[] = [];
  const removed = new Map<Entry, Adoption>();
  const refuse = ({ merchant, ...change }: Adoption, reason: string, start: number | undefined) => {
    const { file } = found;
    const place =
      file === undefined ? {} : { file, ...(start !== undefined && { line: lineOf(file.text, start) }) };
    unadopted.push({ merchant, reason, change, ...place });
  };
  for (const adoption of adoptions) {
    if (!isDeclaration(found)) {
      refuse(adoption, found.reason, found.start);
      continue;
    }
    const { file, dialect } = found;
    const [entry, repeated] = found.arguments.entries.filter(({ key }) => key === adoption.name);
    const problem = problemWithEntry(entry, repeated, adoption, found);
    if (entry === undefined || problem !== undefined) {
      refuse(adoption, problem ?? "", entry?.start ?? found.start);
      continue;
    }
    if (adoption.pinterest === null) {
      removed.set(entry, adoption);
      continue;
    }
    const literal = entry.value as Literal;
    const value = newValue(adoption, literal);
    const text = value === undefined ? undefined : rewritten(file.text, literal, value, dialect);
    if (text === undefined) {
      refuse(
        adoption,
        value === undefined ? "its form cannot express the value" : "a comment is between its values",
        entry.start,
      );
      continue;
    }
    edits.push({ start: literal.start, end: literal.end, text });
    adopted.push({ ...adoption, file, line: lineOf(file.text, entry.start) });
  }
  if (isDeclaration(found) && removed.size > 0) {
    const removals = found.dialect.remove(found.file.text, found.arguments, new Set(removed.keys()));
    for (const [{ start }, adoption] of removed) {
      if (removals === undefined) refuse(adoption, "other code or a comment is on its line", start);
      else adopted.push({ ...adoption, file: found.file, line: lineOf(found.file.text, start) });
    }
    edits.push(...(removals ?? []));
  }
  return { edits, adopted, unadopted };
}

function problemWithEntry(
  entry: Entry | undefined,
  repeated: Entry | undefined,
  { name, program }: Adoption,
  declaration: Declaration,
): string | undefined {
  if (entry === undefined) return `its declaration does not set ${name}`;
  if (repeated !== undefined) return `its declaration sets ${name} several times`;
  if (entry.value.kind === "computed") return `the value is ${entry.value.what}`;
  return canonicalValue(name, entry.value, declaration) === program
    ? undefined
    : "the value here is not the one that was compared";
}

/** The value that the provider gets. */
function canonicalValue(
  name: IntegrationFieldName,
  literal: Literal,
  { argumentOf: converted }: Declaration,
): unknown {
  const value = plainValue(literal);
  return checkArgument(name, converted === undefined ? value : converted(name, value)).canonical;
}

/** Pinterest's value in the form of the literal that it replaces; undefined if that form cannot express it. */
function newValue({ name, pinterest }: Adoption, old: Literal): unknown {
  switch (integrationFields[name].kind) {
    case "scopes":
      return old.kind === "sequence"
        ? orderedScopes(String(pinterest), plainValue(old) as unknown[])
        : pinterest;
    case "metadata":
      if (old.kind === "scalar") return pinterest;
      return old.kind === "mapping" ? metadataObject(String(pinterest)) : undefined;
    default:
      return old.kind === "scalar" ? pinterest : undefined;
  }
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
  const find = source.finderIn(files);
  const failed = adopted.filter(({ merchant, name, pinterest }) => {
    const found = find(merchant);
    if (!isDeclaration(found)) return true;
    const entry = found.arguments.entries.find(({ key }) => key === name);
    if (entry === undefined || pinterest === null) return entry !== undefined || pinterest !== null;
    return entry.value.kind === "computed" || canonicalValue(name, entry.value, found) !== pinterest;
  });
  return new Set(failed.map(({ file }) => file.path));
}
