import fc, { type Arbitrary } from "fast-check";
import { type Field, fields, type Value } from "../fields";
import type { Edit, ExternalChange } from "../steps";

export const nth = fc.nat({ max: 2 });
export const anyField = fc.constantFrom(...fields);
export const fieldAndValue = anyField.chain((field) =>
  fc.record({ field: fc.constant(field.name), value: fieldValue(field) }),
);
const someFields = fc
  .array(fieldAndValue, { maxLength: 4 })
  .map((pairs): Record<string, Value> => Object.fromEntries(pairs.map(({ field, value }) => [field, value])));

function fieldValue(field: Field): Arbitrary<Value> {
  return fc.constantFrom(...field.values);
}

export const declaration = fc.record(
  {
    fields: someFields,
    account: fc.constantFrom("alias" as const, "shop-2" as const),
    adopt: fc.boolean(),
    whenRemoved: fc.constantFrom("clear" as const, "release" as const),
  },
  { requiredKeys: ["fields"] },
);

export const edit: Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("declare" as const), declaration }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("undeclare" as const), nth }) },
  { weight: 3, arbitrary: fc.constant<Edit>({ do: "revert" }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(nth, fieldAndValue)
      .map(([number, pair]): Edit => ({ do: "set", nth: number, ...pair })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(nth, anyField)
      .map(([number, { name }]): Edit => ({ do: "unset", nth: number, field: name })),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename" as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("changeId" as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("account" as const),
      nth,
      account: fc.constantFrom("shop-2" as const, "alias" as const, undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("adopt" as const), nth, adopt: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("whenRemoved" as const),
      nth,
      whenRemoved: fc.constantFrom("clear" as const, "release" as const),
    }),
  },
);

export const externalChange: Arbitrary<ExternalChange> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(nth, fieldAndValue, fc.boolean()).map(
      ([number, { field, value }, clears]): ExternalChange => ({
        do: "change",
        nth: number,
        field,
        value: clears ? undefined : value,
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("create" as const), fields: someFields }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("transfer" as const), nth }) },
);
