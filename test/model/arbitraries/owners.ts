import fc, { type Arbitrary } from "fast-check";
import type { Declaration, Edit, Foreign, Language } from "../program";
import { type Action, type Command, type Fault, type Kill, plainUp, type Sequence } from "../sequence";
import type { ExchangeFault } from "../tokens";
import { killAfterRequests } from "./values";

// The pools are small, so that resources often share, swap and reuse values.
const id = fc.constantFrom("one", "two", "three");
const fields = fc.record({ connectedTagId: fc.constantFrom("1", "2") });
const name = fc.constantFrom("p", "q", "r", "s", "t");
const nth = fc.nat({ max: 3 });
/** Generates `value` `times` as often as one of `others`. */
const mostly = <T, U>(value: T, times: number, others: Arbitrary<U>): Arbitrary<T | U> =>
  fc.oneof({ weight: times, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });
/** Generates undefined `times` as often as one of `values`. */
const rarely = <T>(values: Arbitrary<T>, times: number) => mostly(undefined, times, values);
const rarelyTrue = mostly(false, 6, fc.constant(true));
const provider = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(undefined, "a" as const, "b" as const) },
  { weight: 1, arbitrary: fc.constant("other" as const) },
);
const account = fc.constantFrom(undefined, "alias" as const);
const parent = fc.constantFrom(undefined, "component" as const);
const foreign: Arbitrary<Foreign> = fc.record({ value: id, deleteFirst: fc.boolean() });

function options(language: Language) {
  return {
    from: rarely(fc.constantFrom("id" as const, "account" as const), 2),
    within: rarely(name, 3),
    isRead: mostly(false, 12, fc.constant(true)),
    replaceOn: rarely(fc.constantFrom("connectedTagId" as const, "externalBusinessId" as const), 4),
    // Programs in YAML cannot protect these: see the documented limits.
    replaceWith: language === "yaml" ? fc.constant(false) : rarelyTrue,
    deletedWith: rarelyTrue,
    protect: rarelyTrue,
    deleteFirst: language === "yaml" ? rarelyTrue : fc.constant(false),
    adopt: mostly(true, 6, fc.constant(false)),
  };
}

function declarations(language: Language): Arbitrary<Declaration> {
  return fc.record({
    name,
    externalBusinessId: id,
    fields,
    type: types(language),
    provider,
    account,
    parent,
    alias: fc.constant(undefined),
    whenRemoved: fc.constant(undefined),
    ...options(language),
  });
}

function types(language: Language) {
  return language === "yaml"
    ? fc.constant("plugin" as const)
    : fc.constantFrom("dynamic" as const, "plugin" as const);
}

function edits(language: Language): Arbitrary<Edit> {
  const to = fc.oneof(
    fc.record({ provider }),
    fc.record({ type: types(language) }),
    fc.record({ parent }),
    fc.record({ account }),
  );
  const change: Arbitrary<Partial<Declaration>> = fc.oneof(
    fc.record({ externalBusinessId: id }),
    fc.record({ externalBusinessId: id }),
    fc.record({ fields }),
    fc.record({ fields, ...options(language) }),
  );
  const kind = <T extends string>(value: T) => fc.constant(value);
  return fc.oneof(
    fc.record({ do: kind("add"), declaration: declarations(language), first: fc.boolean() }),
    fc.record({ do: kind("remove"), nth }),
    fc.record({ do: kind("shift"), nth }),
    fc.record({ do: kind("rename"), nth, name, alias: fc.boolean(), first: fc.boolean() }),
    fc.record({ do: kind("move"), nth, to, alias: fc.boolean() }),
    fc.record({ do: kind("change"), nth, to: change }),
    fc.record({ do: kind("swap"), nth, other: nth }),
    fc.record({ do: kind("foreign"), foreign: fc.option(foreign, { freq: 4, nil: undefined }) }),
    fc.record({ do: kind("revert") }),
  );
}

const hourMs = 3_600_000;

/** One request about one integration fails: with 503, or because Pinterest has disapproved the account. */
const fault: Arbitrary<Fault> = fc
  .record({
    external_business_id: id,
    operation: fc.constantFrom("get" as const, "create" as const, "update" as const, "delete" as const),
    response: fc.constantFrom(
      { status: 503, commit: true },
      { status: 503 },
      { status: 403, body: { code: 2625, message: "The account is disapproved." } },
    ),
  })
  .map(({ response, ...request }) => ({ kind: "response", ...request, ...response }));

const anyKill: Arbitrary<Kill> = fc.oneof(
  { weight: 3, arbitrary: killAfterRequests },
  { weight: 1, arbitrary: fc.constant("before deletions" as const) },
);

const commands: Arbitrary<Command> = fc
  .record({
    do: fc.oneof(
      { weight: 8, arbitrary: fc.constant("up" as const) },
      { weight: 1, arbitrary: fc.constant("refresh" as const) },
      { weight: 2, arbitrary: fc.constant("destroy" as const) },
    ),
    refresh: rarelyTrue,
    withoutPause: fc.constant(false),
    runProgram: fc.boolean(),
    chosen: rarely(
      fc.record({
        nth: fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }),
        by: fc.constantFrom("target" as const, "target" as const, "exclude" as const),
      }),
      2,
    ),
    replaceTargets: rarelyTrue,
    tainted: rarely(fc.nat({ max: 7 }), 5),
    copied: rarely(fc.record({ nth, name }), 8),
    continueOnError: rarelyTrue,
    survives: fc.boolean(),
    deleteOldestFirst: fc.boolean(),
    overlaps: fc.boolean(),
    losesRecords: rarelyTrue,
    deleteLimit: rarely(fc.constantFrom(0, 1, 2), 5),
    onDelete: rarely(fc.constantFrom("retain" as const, "refuse" as const), 8),
    kill: rarely(anyKill, 3),
    expires: rarelyTrue,
    exchange: rarely(fc.constantFrom<ExchangeFault>("slow", "request lost", "response lost", "killed"), 5),
    skewMs: mostly(0, 2, fc.constantFrom(-hourMs, hourMs, 61 * 24 * hourMs)),
  })
  // Without records and without state, no message can name an interrupted create.
  .map((command) => ({ ...command, losesRecords: command.losesRecords && command.kill === undefined }));

/** Edits to the program, and then a command. */
const round = (language: Language): Arbitrary<Action[]> =>
  fc
    .tuple(fc.array(edits(language), { maxLength: 3 }), rarely(fault, 3), commands)
    .map(([given, failure, command]) => [
      ...given.map(asAction),
      ...(failure ? [{ kind: "arm", fault: failure } as const] : []),
      { kind: "run", command },
      { kind: "fix" },
    ]);

const asAction = (edit: Edit): Action => ({ kind: "edit", edit });

/**
 * A program that is deployed, followed by edits and commands. Several providers of both types, each with its own process, and resources that move
 * between them. All processes of a command share the records of its run, and all commands share a token file, although their machines' clocks differ.
 */
export const owners: Arbitrary<Sequence> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant<Language>("typescript") },
    { weight: 1, arbitrary: fc.constant<Language>("yaml") },
  )
  .chain((language) =>
    fc.record({
      settings: fc.record({
        language: fc.constant(language),
        reads: fc.constantFrom("check" as const, "skip" as const),
        refreshesTokens: fc.constant(true),
        maxAttempts: fc.constant(1 as const),
        previews: fc.constant(false),
      }),
      switches: fc.record({
        readLag: fc.constantFrom(0, 0, 1, 2),
        refreshTokenRotation: fc.constantFrom("strict" as const, "grace" as const, "none" as const),
      }),
      actions: fc
        .tuple(
          fc.option(foreign, { freq: 2, nil: undefined }),
          fc.array(declarations(language), { minLength: 1, maxLength: 3 }),
          fc.array(round(language), { minLength: 3, maxLength: 7 }),
        )
        .map(([given, declared, rounds]): Action[] => [
          asAction({ do: "foreign", foreign: given }),
          ...declared.map((declaration) => asAction({ do: "add", declaration, first: false })),
          { kind: "run", command: plainUp },
          ...rounds.flat(),
        ]),
    }),
  );
