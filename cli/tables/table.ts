import { integrationFields, isFieldName } from "../../provider/api";
import { shortenBoth, visible } from "../../provider/base/visible";
import { capital, figure } from "../../provider/base/words";
import type { DriftedProperty, MerchantReport } from "../../stack/report";

/** The names of an integration, the account and explicit provider that manage it, and the time of a change at Pinterest. */
export type Label = Pick<MerchantReport, "name" | "externalBusinessId" | "account" | "provider"> & {
  readonly changedAt?: string | undefined;
  /** The stack's title, if the document shows it. */
  readonly stack?: string | undefined;
  /** Whether an earlier report does not have the finding. */
  readonly isNew?: boolean;
} & Partial<Pick<MerchantReport, "urn" | "status" | "pending">>;

/**
 * The details of an integration: the external business ID if it differs from the name, the account, the provider, the stack, whether it is new, and
 * the time of a change.
 *
 * @param write writes a name from outside.
 * @param timeOf writes a time. Default: in ISO 8601.
 */
export function detailsOf(
  { name, externalBusinessId, account, provider, stack, changedAt, isNew }: Partial<Label>,
  write: (name: string) => string,
  timeOf: (time: string) => string = shownTime,
): string[] {
  return [
    // It is empty if the program declares it as a secret, or it is not known yet.
    ...(!externalBusinessId || externalBusinessId === name ? [] : [write(externalBusinessId)]),
    ...(account === undefined ? [] : [`account ${write(account)}`]),
    ...(provider === undefined ? [] : [`provider ${write(provider)}`]),
    ...(stack === undefined ? [] : [`stack ${write(stack)}`]),
    ...(isNew ? ["new"] : []),
    ...(changedAt === undefined ? [] : [`changed ${write(timeOf(changedAt))}`]),
  ];
}

export function labelOf(label: Label, write: (name: string) => string): string {
  const details = detailsOf(label, write);
  return `${write(label.name)}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

/** The name of an integration, with its stack if the document covers several. */
export function nameWithStack({ name, stack }: Label, write: (name: string) => string): string {
  return stack === undefined ? write(name) : `${write(name)} (${write(stack)})`;
}

/** Several integrations with the same finding, and a text about them. */
export interface GroupCell {
  readonly kind: "group";
  readonly text: string;
  /** Time of the earliest change at Pinterest, in ISO 8601. */
  readonly since?: string;
  /** The ID of the finding for `--only`. */
  readonly id?: string;
  readonly merchants: readonly Label[];
}

/** "312 integrations since 2026-11-27T20:46:21Z (change 4560a213, 2 new)" */
export function groupInWords({ text, since, id, merchants }: GroupCell): string {
  const found = merchants.filter(({ isNew }) => isNew).length;
  const change = [
    ...(id === undefined ? [] : [`change ${id}`]),
    ...(found === 0 ? [] : [`${figure(found)} new`]),
  ];
  return `${text}${since === undefined ? "" : ` since ${shownTime(since)}`}${change.length === 0 ? "" : ` (${change.join(", ")})`}`;
}

/** The content of a cell. Each renderer writes each kind in its own way. */
export type Cell =
  | { readonly kind: "merchants"; readonly merchants: readonly Label[] }
  | GroupCell
  /** The name of a property or resource, or an ID. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "value"; readonly property: DriftedProperty; readonly side: "program" | "pinterest" }
  /** Pending changes: names of properties, or create, delete, replace and rename. */
  | { readonly kind: "changes"; readonly changes: readonly string[] }
  /** Prose, with the color that the terminal gives it. */
  | { readonly kind: "text"; readonly text: string; readonly color?: "red" | "yellow" }
  /** A placeholder for a missing value. */
  | { readonly kind: "none"; readonly text: string };

interface Column {
  readonly head: string;
}

/** Rows that belong together, such as the differing properties of an integration. Their first cell is the same. */
export interface Item {
  /** Rows of one cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
  /** The reason of a failure. `advice` is the remedy. */
  readonly reason?: string | undefined;
  readonly advice?: string | undefined;
}

/** A table, or a list if it has one column. */
export interface Table {
  readonly columns: readonly Column[];
  readonly items: readonly Item[];
}

/** A column, and its cell for an entry. */
export interface ColumnOf<Entry> extends Column {
  readonly cell: (entry: Entry) => Cell;
}

/**
 * The columns of a property that differs.
 *
 * @param noun the source of the intended values.
 * @param unnamed the text in place of a property.
 */
export function propertyColumns<Entry extends { readonly property?: DriftedProperty | undefined }>(
  noun: string,
  unnamed: (entry: Entry) => string,
): ColumnOf<Entry>[] {
  const value =
    (side: "program" | "pinterest") =>
    ({ property }: Entry): Cell =>
      property === undefined ? { kind: "none", text: "" } : { kind: "value", property, side };
  return [
    {
      head: "Property",
      cell: (entry) =>
        entry.property === undefined
          ? { kind: "none", text: unnamed(entry) }
          : { kind: "name", name: entry.property.name },
    },
    { head: capital(noun), cell: value("program") },
    { head: "Pinterest", cell: value("pinterest") },
  ];
}

/** A table with an item for each entry, or for entries that belong together. */
export function tableOf<Entry extends object>(
  columns: readonly ColumnOf<Entry>[],
  items: readonly (Entry | readonly Entry[])[],
): Table {
  return {
    columns,
    items: items.map((item) => {
      const entries = [item].flat() as Entry[];
      return { rows: entries.map((entry) => columns.map(({ cell }) => cell(entry))) };
    }),
  };
}

/** A value as text. The kind is `value` if it is the value itself. */
interface ShownValue {
  readonly kind: "value" | "unset" | "secret";
  readonly text: string;
}

export type ShownValues = Readonly<Record<"program" | "pinterest", ShownValue>>;

const unset: ShownValue = { kind: "unset", text: "not set" };
/** The report omits values that only the update knows, and deployed values that state no longer has. */
const unknown: ShownValue = { kind: "unset", text: "not known" };
const secret: ShownValues = {
  program: { kind: "secret", text: "(secret)" },
  pinterest: { kind: "secret", text: "differs (secret)" },
};

/** Both values of a property on one line, with `limit` characters each. Never reads those of a secret. */
export function shownValues(property: DriftedProperty, limit: number): ShownValues {
  if (property.secret) return secret;
  const program = shown(property.name, property.program);
  const pinterest = shown(property.name, property.pinterest);
  const [left, right] = shortenBoth(program.text, pinterest.text, limit);
  return { program: { ...program, text: left }, pinterest: { ...pinterest, text: right } };
}

function shown(name: string, value: DriftedProperty["program"]): ShownValue {
  if (value === undefined) return unknown;
  if (value === null) return unset;
  const isExpiry = isFieldName(name) && integrationFields[name].kind === "expiry";
  const date = isExpiry ? dateOf(Number(value)) : undefined;
  return { kind: "value", text: date === undefined ? quoted(visible(String(value))) : `${date} (${value})` };
}

/** In quotes if it could be mistaken for other text, or its ends are invisible. */
function quoted(text: string): string {
  return text === "" || text !== text.trim() || text === unset.text ? `"${text}"` : text;
}

/** A time of a report in UTC, to the second. Other strings stay as they are. */
export function shownTime(time: string): string {
  return dateOf(Date.parse(time)) ?? visible(time);
}

/** A time of a report to the minute, such as `2026-11-27 20:46 UTC`. Other strings stay as they are. */
export function timeInWords(time: string): string {
  return dateOf(Date.parse(time))?.replace(/^(.+)T(\d+:\d+).*$/, "$1 $2 UTC") ?? visible(time);
}

function dateOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+Z$/, "Z");
}
