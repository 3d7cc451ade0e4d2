import { createHash } from "node:crypto";
import { type IntegrationFieldName, integrationFields, isSecretField } from "../api/fields";
import type { FieldNames, Outputs } from "./outputs";
import { canonicalField, type FieldValue } from "./values";

/**
 * What the last write left at Pinterest. Reads update the other outputs, also before an update that fails, so that only this record shows
 * whether somebody changed a field since then.
 *
 * It is a string: a letter and a digest for each readable field that was managed; then a tilde, the letters of the managed secrets that a read has
 * seen changed, and a number sign if somebody recreated the integration. The digests are too short to reveal a value.
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
  const entries = [...digests.matchAll(/(.)(...)/g)].map(
    ([, letter = "", digest = ""]) => [letter, digest] as const,
  );
  return { digests: new Map(entries), marks: new Set(marks) };
}

function format({ digests, marks }: Parts): Written {
  const text = [...digests].map((entry) => entry.join("")).join("");
  return marks.size === 0 ? text : `${text}~${[...marks].join("")}`;
}

type Source = Pick<Outputs, "externalBusinessId" | "fields" | "managed">;

/** The record of outputs whose managed fields have the values that were written. */
export function writtenRecord(outputs: Source): Written {
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
export function changedFields(outputs: Source & Pick<Outputs, "written">): IntegrationFieldName[] {
  const { marks } = parse(outputs.written ?? "");
  return outputs.managed.filter((name) =>
    isSecretField(name)
      ? marks.has(letterOf(name))
      : wasWritten(outputs, name, outputs.fields[name]) === false,
  );
}

/** Whether somebody deleted and recreated the integration since the last write. */
export function wasRecreated({ written = "" }: Pick<Outputs, "written">): boolean {
  return parse(written).marks.has(recreatedMark);
}

/** Whether the last write wrote this value of a field. Undefined if that is not known. */
export function wasWritten(
  outputs: Pick<Outputs, "externalBusinessId" | "written">,
  name: IntegrationFieldName,
  value: FieldValue | undefined,
): boolean | undefined {
  const digest = parse(outputs.written ?? "").digests.get(letterOf(name));
  if (digest === undefined) return undefined;
  const equivalents = typeof value === "number" ? [value, value - 1000, value + 1000] : [value];
  return equivalents.some((each) => each !== undefined && digestOf(outputs, name, each) === digest);
}

/** Expiries are compared to the second: see {@link sameField}. */
function digestOf(
  { externalBusinessId }: Pick<Outputs, "externalBusinessId">,
  name: IntegrationFieldName,
  value: FieldValue,
): string {
  const canonical = typeof value === "number" ? Math.floor(value / 1000) : canonicalField(name, value);
  const hash = createHash("sha256").update(JSON.stringify([externalBusinessId, name, canonical]));
  return hash.digest("base64url").slice(0, 3);
}
