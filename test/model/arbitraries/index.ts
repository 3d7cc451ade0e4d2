import fc, { type Arbitrary } from "fast-check";
import type { Kill } from "../kill-switch";
import type { Action, Command, Fault, Sequence } from "../steps";
import { anyField, declaration, edit, externalChange, fieldAndValue, nth } from "./edits";
import { fault, uncertain } from "./faults";
import { ignoredFields, switches } from "./switches";

const kill: Arbitrary<Kill> = fc.record({
  afterRequests: fc.integer({ min: 1, max: 6 }),
  response: fc.constantFrom("lost" as const, "kept" as const),
});

const command: Arbitrary<Command> = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constantFrom("refresh" as const, "preview" as const, "destroy" as const) },
  ),
  refresh: fc.boolean(),
  continueOnError: fc.boolean(),
  withoutPause: fc.boolean(),
  kill: fc.option(kill, { freq: 4, nil: undefined }),
});

const plainUp: Command = { do: "up", refresh: false, continueOnError: true, withoutPause: false };

const action: Arbitrary<Action> = fc.oneof(
  { weight: 7, arbitrary: edit.map((given): Action => ({ kind: "edit", edit: given })) },
  {
    weight: 3,
    arbitrary: externalChange.map((given): Action => ({ kind: "externalChange", change: given })),
  },
  { weight: 2, arbitrary: fault.map((given): Action => ({ kind: "arm", fault: given })) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: "fix" }) },
  { weight: 1, arbitrary: ignoredFields.map((given): Action => ({ kind: "switch", switches: given })) },
  { weight: 7, arbitrary: command.map((given): Action => ({ kind: "run", command: given })) },
);

/** Sequences of steps that random steps rarely contain. */
const knownPattern: Arbitrary<Action[]> = fc.oneof(
  // An interrupted rename.
  fc.tuple(nth, kill).map(([number, cut]): Action[] => [
    { kind: "edit", edit: { do: "rename", nth: number } },
    { kind: "run", command: { ...plainUp, kill: cut } },
    { kind: "run", command: plainUp },
  ]),
  // An update with an unknown outcome, which is then reverted.
  fc
    .tuple(nth, fieldAndValue, fc.constantFrom(...uncertain))
    .map(([number, pair, fault]): Action[] => [
      { kind: "edit", edit: { do: "set", nth: number, ...pair } },
      { kind: "arm", fault: { ...fault, commit: true, operation: "update", times: "all" } as Fault },
      { kind: "arm", fault: { kind: "response", status: 503, operation: "get", times: "all" } },
      { kind: "run", command: plainUp },
      { kind: "fix" },
      { kind: "edit", edit: { do: "revert" } },
      { kind: "run", command: plainUp },
    ]),
  // A field that is cleared, refreshed, and set again.
  fc.tuple(nth, anyField).map(([number, { name }]): Action[] => [
    { kind: "externalChange", change: { do: "change", nth: number, field: name, value: undefined } },
    { kind: "run", command: { ...plainUp, do: "refresh" } },
    { kind: "externalChange", change: { do: "restore", nth: number } },
    { kind: "run", command: { ...plainUp, do: "preview", refresh: true } },
  ]),
);

const actions: Arbitrary<Action[]> = fc.oneof(
  { weight: 12, arbitrary: action.map((single) => [single]) },
  { weight: 1, arbitrary: knownPattern },
);

const firstProgram: Arbitrary<Action[]> = fc.array(
  declaration.map((given): Action => ({ kind: "edit", edit: { do: "declare", declaration: given } })),
  { minLength: 1, maxLength: 3 },
);

/** A first program, and then random steps. */
export const sequence: Arbitrary<Sequence> = fc.record({
  switches,
  maxAttempts: fc.constantFrom(1 as const, 4 as const),
  actions: fc
    .tuple(firstProgram, fc.array(actions, { minLength: 2, maxLength: 14 }))
    .map(([beginning, rest]): Action[] => [...beginning, ...rest.flat()]),
});

/** The steps of one world between two commands. No account loses access, because that would fail the commands of all worlds. */
const round: Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: edit.map((given): Action => ({ kind: "edit", edit: given })) },
    {
      weight: 2,
      arbitrary: externalChange
        .filter(({ do: kind }) => kind !== "transfer")
        .map((given): Action => ({ kind: "externalChange", change: given })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ do: fc.constant("drift" as const), nth, clears: fc.boolean() })
        .map((given): Action => ({ kind: "externalChange", change: given })),
    },
    { weight: 2, arbitrary: fault.map((given): Action => ({ kind: "arm", fault: given })) },
  ),
  { minLength: 1, maxLength: 5 },
);

/** The steps of one world before each of `count` commands. The first steps declare its program. */
export function rounds(count: number): Arbitrary<Action[][]> {
  return fc
    .tuple(firstProgram, fc.array(round, { minLength: count, maxLength: count }))
    .map(([beginning, [first = [], ...others]]) => [[...beginning, ...first], ...others]);
}
