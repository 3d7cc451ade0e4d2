import type { DriftedProperty } from "../check/report";
import { shortenBoth, visible } from "../text/visible";

/** A value as text. The kind is `value` if it is the value itself. */
interface ShownValue {
  readonly kind: "value" | "unset" | "secret";
  readonly text: string;
}

export interface ShownValues {
  readonly program: ShownValue;
  readonly pinterest: ShownValue;
}

const unset: ShownValue = { kind: "unset", text: "not set" };
/** The report omits values that only the update knows. */
const unknown: ShownValue = { kind: "unset", text: "not known yet" };
const secret: ShownValues = {
  program: { kind: "secret", text: "(secret)" },
  pinterest: { kind: "secret", text: "differs (secret)" },
};

/** Both values of a property on one line, with `limit` characters each. Never reads those of a secret. */
export function shownValues(property: DriftedProperty, limit: number): ShownValues {
  return shownBoth(property, limit, visible);
}

/** Both values of a property, complete and with their line ends. Never reads those of a secret. */
export function wholeValues(property: DriftedProperty): ShownValues {
  return shownBoth(property, Number.POSITIVE_INFINITY, (text) => text.split("\n").map(visible).join("\n"));
}

function shownBoth(property: DriftedProperty, limit: number, format: (text: string) => string): ShownValues {
  if (property.secret) {
    return secret;
  }
  const program = shown(property.name, property.program, format);
  const pinterest = shown(property.name, property.pinterest, format);
  if (program.kind !== "value" || pinterest.kind !== "value") {
    return { program: within(program, limit), pinterest: within(pinterest, limit) };
  }
  const [left, right] = shortenBoth(program.text, pinterest.text, limit);
  return { program: { ...program, text: left }, pinterest: { ...pinterest, text: right } };
}

function within(value: ShownValue, limit: number): ShownValue {
  return { ...value, text: shortenBoth(value.text, "", limit)[0] };
}

function shown(
  name: string,
  value: DriftedProperty["program"],
  format: (text: string) => string,
): ShownValue {
  if (value === null || value === undefined) {
    return value === null ? unset : unknown;
  }
  const date = typeof value === "number" && name.endsWith("Expiry") ? dateOf(value) : undefined;
  return { kind: "value", text: date === undefined ? quoted(format(String(value))) : `${date} (${value})` };
}

/** In quotes if it could be mistaken for other text, or its ends are invisible. */
function quoted(text: string): string {
  return text === "" || text !== text.trim() || text === unset.text ? `"${text}"` : text;
}

/** A time of a report in UTC, to the second. Other strings stay as they are. */
export function shownTime(time: string): string {
  return dateOf(Date.parse(time)) ?? visible(time);
}

function dateOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+Z$/, "Z");
}
