import { hash } from "node:crypto";
import {
  type FieldNames,
  type IntegrationFieldName,
  type IntegrationFields,
  integrationFields,
  isSecretField,
} from "../api";
import type { Comparison } from "../run/ownership";
import { canonicalField, type FieldValue } from "./values";

/**
 * The record of the last write. Reads change the other outputs, even if the update after them fails, so only this record shows whether somebody has
 * changed a field since then.
 *
 * A string such as `tAbcsDef~A#`: a letter and a digest for each managed readable field. After a tilde, the letters of managed secrets that a read
 * found changed, and `#` if the integration was recreated. A digest has 18 bits, so many values share it.
 */
export type Written = string;

interface Parts {
  readonly digests: ReadonlyMap<string, string>;
  readonly marks: ReadonlySet<string>;
}

const recreatedMark = "#";

function letterOf(name: IntegrationFieldName): string {
  return integrationFields[name].letter;
}

function parse(written: Written): Parts {
  const [digests = "", marks = ""] = written.split("~");
  // "tAbcsDef" → [["t", "Abc"], ["s", "Def"]]
  const entries = [...digests.matchAll(/(.)(...)/g)].map(
    ([, letter = "", digest = ""]) => [letter, digest] as const,
  );
  return { digests: new Map(entries), marks: new Set(marks) };
}

function format({ digests, marks }: Parts): Written {
  const text = [...digests].map((entry) => entry.join("")).join("");
  return marks.size === 0 ? text : `${text}~${[...marks].join("")}`;
}

/** The outputs that a record describes. */
interface Recorded {
  readonly externalBusinessId: string;
  readonly fields: IntegrationFields;
  readonly managed: FieldNames;
}

interface WithRecord {
  readonly written?: Written;
}

/** The record of outputs whose managed fields have the values that were written. */
export function writtenRecord(outputs: Recorded): Written {
  const entries = outputs.managed.flatMap((name) => {
    const value = outputs.fields[name];
    return isSecretField(name) || value === undefined
      ? []
      : [[letterOf(name), digestOf(outputs, name, value)] as const];
  });
  return format({ digests: new Map(entries), marks: new Set() });
}

/** The record after a write that failed partially: the fields that it did not write keep their previous record. */
export function withFailedFields(
  written: Written,
  previous: Written | undefined,
  failed: FieldNames,
): Written {
  const [now, before] = [parse(written), parse(previous ?? "")];
  const letters = new Set(failed.map((name) => letterOf(name)));
  const kept = [...before.digests].filter(([letter]) => letters.has(letter));
  return format({
    digests: new Map([...[...now.digests].filter(([letter]) => !letters.has(letter)), ...kept]),
    marks: new Set([...before.marks].filter((mark) => mark === recreatedMark || letters.has(mark))),
  });
}

/** The record after a read that has seen secrets changed, or the integration recreated. */
export function withMarks(written: Written, secrets: FieldNames, recreated: boolean): Written {
  const { digests, marks } = parse(written);
  const added = secrets.map((name) => letterOf(name));
  return format({ digests, marks: new Set([...marks, ...added, ...(recreated ? [recreatedMark] : [])]) });
}

/** The managed fields whose values somebody changed since the last write. */
export function changedFields(outputs: Recorded & WithRecord): IntegrationFieldName[] {
  const { marks } = parse(outputs.written ?? "");
  return outputs.managed.filter((name) =>
    isSecretField(name)
      ? marks.has(letterOf(name))
      : compareWithWritten(outputs, name, outputs.fields[name]) === "different",
  );
}

/** Whether somebody deleted and recreated the integration since the last write. */
export function wasRecreated({ written = "" }: WithRecord): boolean {
  return parse(written).marks.has(recreatedMark);
}

/** Compares a value of a field with the one that the last write wrote. */
export function compareWithWritten(
  outputs: Pick<Recorded, "externalBusinessId"> & WithRecord,
  name: IntegrationFieldName,
  value: FieldValue | undefined,
): Comparison {
  const digest = parse(outputs.written ?? "").digests.get(letterOf(name));
  if (digest === undefined) return "unknown";
  // An expiry within a second can be in the second before or after: 1999 is equivalent to 2001.
  const equivalents = typeof value === "number" ? [value, value - 1000, value + 1000] : [value];
  const isSame = equivalents.some((each) => each !== undefined && digestOf(outputs, name, each) === digest);
  return isSame ? "same" : "different";
}

/** Three characters of the SHA-256 digest of a field's canonical value. An expiry counts in whole seconds: see {@link sameField}. */
function digestOf(
  { externalBusinessId }: Pick<Recorded, "externalBusinessId">,
  name: IntegrationFieldName,
  value: FieldValue,
): string {
  const canonical = typeof value === "number" ? Math.floor(value / 1000) : canonicalField(name, value);
  return hash("sha256", JSON.stringify([externalBusinessId, name, canonical]), "base64url").slice(0, 3);
}
