import fc, { type Arbitrary } from "fast-check";
import type { ExternalChange } from "../external-changes";
import { type Field, fields, type Value } from "../fields";
import type { KillAfterRequests } from "../kill-switch";
import { type Declaration, type Edit, plainOptions } from "../program";
import { type Action, type Command, type Fault, plainUp, type Sequence } from "../sequence";
import { fault, uncertain } from "./faults";
import { ignoredFields, switches } from "./switches";

export const killAfterRequests: Arbitrary<KillAfterRequests> = fc.record({
  afterRequests: fc.integer({ min: 1, max: 6 }),
  response: fc.constantFrom("lost" as const, "kept" as const),
});

const nth = fc.nat({ max: 59 });
const anyField = fc.constantFrom(...fields);
const fieldAndValue = anyField.chain((field) =>
  fc.record({ field: fc.constant(field.name), value: fieldValue(field) }),
);
const someFields = fc
  .array(fieldAndValue, { maxLength: 4 })
  .map((pairs): Record<string, Value> => Object.fromEntries(pairs.map(({ field, value }) => [field, value])));

function fieldValue(field: Field): Arbitrary<Value> {
  return fc.constantFrom(...field.values);
}

/** Mostly the first value. */
const usually = <T>(value: T, ...others: T[]): Arbitrary<T> => fc.constantFrom(value, value, ...others);

/** A new resource. {@link numbered} gives it its name and external business ID. */
const addition: Arbitrary<Edit> = fc
  .record({
    fields: someFields,
    account: usually<"alias" | "shop-2" | undefined>(undefined, "alias", "shop-2"),
    adopt: usually(false, false, true),
    whenRemoved: usually<"clear" | "release" | undefined>(undefined, "clear", "release"),
  })
  .map((given) => ({
    do: "add",
    declaration: { ...plainOptions, type: "plugin", name: "", externalBusinessId: "", ...given },
    first: false,
  }));

const change: Arbitrary<Partial<Declaration>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ externalBusinessId: "" }) },
  {
    weight: 1,
    arbitrary: fc.record({ account: fc.constantFrom("shop-2" as const, "alias" as const, undefined) }),
  },
  { weight: 1, arbitrary: fc.record({ adopt: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ whenRemoved: fc.constantFrom("clear" as const, "release" as const) }) },
);

const edit: Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: addition },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), nth }) },
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
      .map(([number, { name }]): Edit => ({ do: "set", nth: number, field: name, value: undefined })),
  },
  { weight: 2, arbitrary: nth.map(rename) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("change" as const), nth, to: change }) },
);

function rename(number: number): Edit {
  return { do: "rename", nth: number, name: "", alias: false, first: false };
}

const externalChange: Arbitrary<ExternalChange> = fc.oneof(
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
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("create" as const), id: fc.constant(""), fields: someFields }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("transfer" as const), nth }) },
);

const asEdit = (given: Edit): Action => ({ kind: "edit", edit: given });
const asChange = (given: ExternalChange): Action => ({ kind: "externalChange", change: given });
const asFault = (given: Fault): Action => ({ kind: "arm", fault: given });
const asRun = (given: Partial<Command>): Action => ({ kind: "run", command: { ...plainUp, ...given } });

/**
 * Gives each new resource and each new integration of a program a name or ID that no other one has. A created integration has the ID that the next
 * resource of the program will have.
 */
function numbered(actions: readonly Action[]): Action[] {
  let count = 0;
  const next = () => {
    count += 1;
    return String(count);
  };
  return actions.map((action) => {
    if (action.kind === "externalChange" && action.change.do === "create")
      return asChange({ ...action.change, id: `shop-${count + 1}` });
    if (action.kind !== "edit") return action;
    const { edit: given } = action;
    if (given.do === "rename") return asEdit({ ...given, name: `resource-${next()}` });
    if (given.do === "change" && given.to.externalBusinessId !== undefined)
      return asEdit({ ...given, to: { externalBusinessId: `shop-${next()}` } });
    if (given.do !== "add") return action;
    const number = next();
    const names = { name: `resource-${number}`, externalBusinessId: `shop-${number}` };
    return asEdit({ ...given, declaration: { ...given.declaration, ...names } });
  });
}

const command = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constantFrom("refresh" as const, "preview" as const, "destroy" as const) },
  ),
  refresh: fc.boolean(),
  continueOnError: fc.boolean(),
  withoutPause: fc.boolean(),
  kill: fc.option(killAfterRequests, { freq: 4, nil: undefined }),
});

const action: Arbitrary<Action> = fc.oneof(
  { weight: 7, arbitrary: edit.map(asEdit) },
  { weight: 3, arbitrary: externalChange.map(asChange) },
  { weight: 2, arbitrary: fault.map(asFault) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: "fix" }) },
  { weight: 1, arbitrary: ignoredFields.map((given): Action => ({ kind: "switch", switches: given })) },
  { weight: 7, arbitrary: command.map(asRun) },
);

/** Sequences of steps that random steps rarely contain. */
const knownPattern: Arbitrary<Action[]> = fc.oneof(
  // An interrupted rename.
  fc
    .tuple(nth, killAfterRequests)
    .map(([number, cut]): Action[] => [
      asEdit(rename(number)),
      asRun({ continueOnError: true, kill: cut }),
      asRun({ continueOnError: true }),
    ]),
  // An update with an unknown outcome, which is then reverted.
  fc
    .tuple(nth, fieldAndValue, fc.constantFrom(...uncertain))
    .map(([number, pair, given]): Action[] => [
      asEdit({ do: "set", nth: number, ...pair }),
      asFault({ ...given, commit: true, operation: "update", times: "all" } as Fault),
      asFault({ kind: "response", status: 503, operation: "get", times: "all" }),
      asRun({ continueOnError: true }),
      { kind: "fix" },
      asEdit({ do: "revert" }),
      asRun({ continueOnError: true }),
    ]),
  // A property that is removed from the program, and restored after an update that may have cleared it.
  fc
    .tuple(nth, fieldAndValue, fc.constantFrom(...uncertain), fc.boolean())
    .map(([number, { field, value }, given, commit]): Action[] => [
      asEdit({ do: "set", nth: number, field, value }),
      asRun({ continueOnError: true }),
      asEdit({ do: "set", nth: number, field, value: undefined }),
      asFault({ ...given, commit, operation: "update", times: 1 } as Fault),
      asRun({ continueOnError: true }),
      { kind: "fix" },
      asEdit({ do: "set", nth: number, field, value }),
      asRun({ continueOnError: true }),
    ]),
  // A field that is cleared at Pinterest, refreshed, and set again.
  fc
    .tuple(nth, anyField)
    .map(([number, { name }]): Action[] => [
      asChange({ do: "change", nth: number, field: name, value: undefined }),
      asRun({ do: "refresh" }),
      asChange({ do: "restore", nth: number }),
      asRun({ do: "preview", refresh: true }),
    ]),
);

const actions: Arbitrary<Action[]> = fc.oneof(
  { weight: 12, arbitrary: action.map((single) => [single]) },
  { weight: 1, arbitrary: knownPattern },
);

const additions = (count: { minLength: number; maxLength: number }) => fc.array(addition.map(asEdit), count);
const settings = { language: "typescript", reads: "skip", refreshesTokens: false, previews: true } as const;

/** Programs with all fields, each integration in one resource, drift, faults and kills. */
export const values: Arbitrary<Sequence> = fc.record({
  settings: fc.constantFrom(
    { ...settings, maxAttempts: 1 } as const,
    { ...settings, maxAttempts: 4 } as const,
  ),
  switches,
  actions: fc
    .tuple(additions({ minLength: 1, maxLength: 3 }), fc.array(actions, { minLength: 2, maxLength: 14 }))
    .map(([beginning, rest]) => numbered([...beginning, ...rest.flat()])),
});

const resourceCount = 40;

/** The steps before a command on Pulumi's engine. No account loses access, because that would fail all resources. */
const steps: Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: edit.map(asEdit) },
    { weight: 2, arbitrary: externalChange.filter(({ do: kind }) => kind !== "transfer").map(asChange) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("drift" as const), nth, clears: fc.boolean() }).map(asChange),
    },
  ),
  { minLength: 40, maxLength: 80 },
);

const faults: Arbitrary<Action[]> = fc.array(
  fc
    .tuple(fault, fc.integer({ min: 1, max: resourceCount }))
    .map(([given, number]) => asFault({ ...given, external_business_id: `shop-${number}` })),
  { minLength: 5, maxLength: 10 },
);

/** A program with many resources, and three updates of it with faults or with a refresh. A failed read would stop a refresh. */
export const engineSequences: Arbitrary<Sequence> = fc.record({
  settings: fc.constant({ ...settings, maxAttempts: 1 } as const),
  switches: fc.constant({}),
  actions: fc
    .tuple(
      additions({ minLength: resourceCount, maxLength: resourceCount }),
      steps,
      faults,
      steps,
      steps,
      faults,
    )
    .map(([beginning, first, firstFaults, second, third, thirdFaults]) =>
      numbered([
        ...[...beginning, ...first, ...firstFaults, asRun({ continueOnError: true })],
        { kind: "fix" },
        ...[...second, asRun({ continueOnError: true, refresh: true })],
        { kind: "switch", switches: { generation: "5.28" } },
        ...[...third, ...thirdFaults, asRun({ continueOnError: true })],
      ]),
    ),
});
