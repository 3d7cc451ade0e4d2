import {
  fieldNames,
  type IntegrationField,
  integrationFields,
  isSecretField,
} from "../../../provider/api/fields";

/** A field of an integration: its name in a program and in the API, and two different values. */
export interface FieldCase {
  name: string;
  wire: string;
  before: string | number;
  after: string | number;
  /** Whether reads of an integration omit it. */
  secret: boolean;
}

/** Two values of each kind, in canonical form, so that Pinterest stores them unchanged. `number` distinguishes fields of one kind. */
const values: Readonly<
  Record<IntegrationField["kind"], (number: number) => readonly [string | number, string | number]>
> = {
  id: (number) => [`${number}1`, `${number}2`],
  secret: (number) => [`token-${number}-1`, `token-${number}-2`],
  email: (number) => [`one-${number}@shop.example`, `two-${number}@shop.example`],
  expiry: (number) => [Date.UTC(2030 + number, 0), Date.UTC(2030 + number, 1)],
  scopes: () => ["ads:read", "ads:read,ads:write"],
  text: (number) => [`extra-${number}-1`, `extra-${number}-2`],
  metadata: () => ['{"plan":"Café"}', '{"plan":"Bar"}'],
};

/** Every field that a program can set. */
export const everyField: readonly FieldCase[] = fieldNames.map((name, index) => {
  const { wire, kind } = integrationFields[name];
  const [before, after] = values[kind](index + 1);
  return { name, wire, before, after, secret: isSecretField(name) };
});

/** The fields that reads return. */
export const readableFields = everyField.filter(({ secret }) => !secret);

/** Arguments with every field's value `before`, except the fields in `changed`, which have their value `after`. */
export function argumentsWith(
  externalBusinessId: string,
  changed: readonly FieldCase[] = [],
): Record<string, unknown> {
  const values = everyField.map((field) => [
    field.name,
    changed.includes(field) ? field.after : field.before,
  ]);
  return { externalBusinessId, ...Object.fromEntries(values) };
}
