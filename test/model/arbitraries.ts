import fc, { type Arbitrary } from "fast-check";
import type { Action, Command, Edit, Fault, Meddling, Sequence, Switches } from "./steps";
import { type Field, fields, type Value } from "./vocabulary";
import type { Kill } from "./world";

const nth = fc.nat({ max: 2 });
const anyField = fc.constantFrom(...fields);
const fieldAndValue = anyField.chain((field) =>
  fc.record({ field: fc.constant(field.name), value: aValueOf(field) }),
);
const someFields = fc
  .array(fieldAndValue, { maxLength: 4 })
  .map((pairs): Record<string, Value> => Object.fromEntries(pairs.map(({ field, value }) => [field, value])));

function aValueOf(field: Field): Arbitrary<Value> {
  return fc.constantFrom(...field.values);
}

const declaration = fc.record(
  {
    fields: someFields,
    account: fc.constantFrom("alias" as const, "shop-2" as const),
    adopt: fc.boolean(),
    whenRemoved: fc.constantFrom("clear" as const, "release" as const),
  },
  { requiredKeys: ["fields"] },
);

const edit: Arbitrary<Edit> = fc.oneof(
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
  { weight: 2, arbitrary: fc.record({ do: fc.constant("anotherId" as const), nth }) },
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

const meddling: Arbitrary<Meddling> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(nth, fieldAndValue, fc.boolean()).map(
      ([number, { field, value }, clears]): Meddling => ({
        do: "change",
        nth: number,
        field,
        value: clears ? undefined : value,
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("make" as const), fields: someFields }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("giveAway" as const), nth }) },
);

const portal = "<html>Sign in to the network</html>";
const refusal = (status: number, code: number, text: string) => ({
  kind: "answer" as const,
  status,
  body: { code, message: text },
});
const uncommitted: readonly Fault[] = [
  refusal(401, 2, "Authentication failed."),
  refusal(401, 2, "Bearer pina_emulator_shop-1_000000000001 is of no use"),
  refusal(403, 29, "You are not permitted to access that resource."),
  refusal(429, 8, "You have exceeded your rate limit. Try again later."),
  { kind: "answer", status: 404, body: portal },
  { kind: "answer", status: 403, body: portal },
];
const either: readonly Fault[] = [
  { kind: "answer", status: 500 },
  { kind: "answer", status: 503 },
  { kind: "answer", status: 504, body: portal },
  { kind: "answer", status: 408 },
  { kind: "answer", status: 200, body: portal },
  { kind: "reset" },
];

const what: Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...uncommitted) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...either), fc.boolean()).map(([fault, commit]): Fault => {
      return fault.kind === "truncate" ? fault : { ...fault, commit };
    }),
  },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: "truncate" }) },
);

const fault: Arbitrary<Fault> = fc
  .tuple(
    what,
    fc.constantFrom("create", "get", "update", "delete", "list", undefined),
    fc.nat({ max: 3 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.constant("all" as const) },
    ),
  )
  .map(([action, operation, skip, times]) => ({ ...action, operation, skip, times }));

const kill: Arbitrary<Kill> = fc.record({
  afterRequests: fc.integer({ min: 1, max: 6 }),
  answer: fc.constantFrom("lost" as const, "kept" as const),
});

const command: Arbitrary<Command> = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constantFrom("refresh" as const, "preview" as const, "destroy" as const) },
  ),
  refresh: fc.boolean(),
  continueOnError: fc.boolean(),
  atOnce: fc.boolean(),
  kill: fc.option(kill, { freq: 4, nil: undefined }),
});

const plainUp: Command = { do: "up", refresh: false, continueOnError: true, atOnce: false };

const switches: Arbitrary<Switches> = fc.record(
  {
    generation: fc.constantFrom("5.23" as const, "5.28" as const),
    postExisting: fc.constantFrom("merge" as const, "replace" as const),
    clearByNull: fc.constantFrom("clears" as const, "ignored" as const, "refused" as const),
    noopTouches: fc.boolean(),
    metadataUnset: fc.constantFrom("empty" as const, "null" as const, "omitted" as const),
    recordUnset: fc.constantFrom("null" as const, "omitted" as const),
    recordSecrets: fc.constantFrom("shown" as const, "null" as const, "masked" as const, "omitted" as const),
    expiryRounding: fc.constantFrom("none" as const, "seconds" as const),
    metadataReserialized: fc.boolean(),
    lastBookmark: fc.constantFrom("null" as const, "omitted" as const),
    shortPages: fc.constantFrom("off" as const, "half" as const, "empty" as const),
    listOrder: fc.constantFrom("oldest" as const, "newest" as const),
    readLag: fc.integer({ min: 0, max: 3 }),
    deleteMissing: fc.constantFrom("missing" as const, "succeeds" as const),
    codeAsText: fc.boolean(),
    extraFields: fc.boolean(),
  },
  { requiredKeys: [] },
);

// No read shows that Pinterest ignored a secret field, so no promise is made of it.
const ignorable = fields.filter(({ secret }) => !secret).map(({ wire }) => wire);
const ignoredFields = fc
  .array(fc.constantFrom(...ignorable), { minLength: 1, maxLength: 2 })
  .map((names): Switches => ({ ignoredFields: names as NonNullable<Switches["ignoredFields"]> }));

const action: Arbitrary<Action> = fc.oneof(
  { weight: 7, arbitrary: edit.map((given): Action => ({ kind: "edit", edit: given })) },
  { weight: 3, arbitrary: meddling.map((given): Action => ({ kind: "meddle", meddling: given })) },
  { weight: 2, arbitrary: fault.map((given): Action => ({ kind: "arm", fault: given })) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: "mend" }) },
  { weight: 1, arbitrary: ignoredFields.map((given): Action => ({ kind: "switch", switches: given })) },
  { weight: 7, arbitrary: command.map((given): Action => ({ kind: "run", command: given })) },
);

/** What seldom comes about by chance. */
const motif: Arbitrary<Action[]> = fc.oneof(
  // A rename that is cut short.
  fc.tuple(nth, kill).map(([number, cut]): Action[] => [
    { kind: "edit", edit: { do: "rename", nth: number } },
    { kind: "run", command: { ...plainUp, kill: cut } },
    { kind: "run", command: plainUp },
  ]),
  // An update of which nobody knows what became of it, and which is taken back.
  fc
    .tuple(nth, fieldAndValue, fc.constantFrom(...either))
    .map(([number, pair, lost]): Action[] => [
      { kind: "edit", edit: { do: "set", nth: number, ...pair } },
      { kind: "arm", fault: { ...lost, commit: true, operation: "update", times: "all" } as Fault },
      { kind: "arm", fault: { kind: "answer", status: 503, operation: "get", times: "all" } },
      { kind: "run", command: plainUp },
      { kind: "mend" },
      { kind: "edit", edit: { do: "revert" } },
      { kind: "run", command: plainUp },
    ]),
  // A field that is cleared, seen to be so, and put back.
  fc.tuple(nth, anyField).map(([number, { name }]): Action[] => [
    { kind: "meddle", meddling: { do: "change", nth: number, field: name, value: undefined } },
    { kind: "run", command: { ...plainUp, do: "refresh" } },
    { kind: "meddle", meddling: { do: "restore", nth: number } },
    { kind: "run", command: { ...plainUp, do: "preview", refresh: true } },
  ]),
);

const actions: Arbitrary<Action[]> = fc.oneof(
  { weight: 12, arbitrary: action.map((single) => [single]) },
  { weight: 1, arbitrary: motif },
);

/** A program to begin with, and then anything. */
export const sequence: Arbitrary<Sequence> = fc.record({
  switches,
  maxAttempts: fc.constantFrom(1 as const, 4 as const),
  actions: fc
    .tuple(
      fc.array(declaration, { minLength: 1, maxLength: 3 }),
      fc.array(actions, { minLength: 2, maxLength: 14 }),
    )
    .map(([declarations, rest]): Action[] => [
      ...declarations.map((given): Action => ({ kind: "edit", edit: { do: "declare", declaration: given } })),
      ...rest.flat(),
    ]),
});

/** What happens in one world between two commands that all worlds share: no account is lost to a stranger, which would end them for all. */
export const round: Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: edit.map((given): Action => ({ kind: "edit", edit: given })) },
    {
      weight: 2,
      arbitrary: meddling
        .filter(({ do: what }) => what !== "giveAway")
        .map((given): Action => ({ kind: "meddle", meddling: given })),
    },
    { weight: 2, arbitrary: fault.map((given): Action => ({ kind: "arm", fault: given })) },
  ),
  { minLength: 1, maxLength: 5 },
);
