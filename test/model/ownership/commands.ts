import fc, { type Arbitrary } from "fast-check";
import type { Declaration, Edit, Language, Program } from "./program";

/** A command of the engine, and its interruptions. */
export interface Command {
  readonly do: "up" | "refresh" | "destroy";
  /** Whether `destroy` runs the program. */
  readonly runProgram: boolean;
  /** The target resources in state and the program, as numbers modulo their count. Undefined: no `--target`. */
  readonly targets: readonly number[] | undefined;
  /** Whether the targets are replaced (`--target-replace`). */
  readonly replaceTargets: boolean;
  /** The resource that `pulumi state taint` marks before the command, as a number like in `targets`. */
  readonly tainted: number | undefined;
  readonly continueOnError: boolean;
  readonly deleteOldestFirst: boolean;
  readonly deleteLimit: number | undefined;
  /** The number of requests after which the processes are killed, before (`lost`) or after (`kept`) the last answer is in state. */
  readonly kill: { readonly afterRequests: number; readonly answer: "lost" | "kept" } | undefined;
  /** One request about one integration is answered with 503. With `commit`, it takes effect. */
  readonly fault: Fault | undefined;
}

export interface Fault {
  readonly externalBusinessId: string;
  readonly operation: "get" | "create" | "update" | "delete";
  readonly commit: boolean;
}

/** Edits to the program, and then a command. */
export interface Round {
  readonly edits: readonly Edit[];
  readonly command: Command;
}

export interface Sequence {
  readonly language: Language;
  /** The number of stale reads after a write. */
  readonly readLag: number;
  readonly program: Program;
  readonly rounds: readonly Round[];
}

/** An `up` of everything without interruptions. */
export const plainUp: Command = {
  do: "up",
  runProgram: false,
  targets: undefined,
  replaceTargets: false,
  tainted: undefined,
  continueOnError: false,
  deleteOldestFirst: false,
  deleteLimit: undefined,
  kill: undefined,
  fault: undefined,
};

// The pools are small, so that resources often share, swap and reuse values.
const id = fc.constantFrom("one", "two", "three");
const tag = fc.constantFrom("1", "2");
const name = fc.constantFrom("p", "q", "r", "s", "t");
const nth = fc.nat({ max: 3 });
const provider = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(undefined, "a" as const, "b" as const) },
  { weight: 1, arbitrary: fc.constant("other" as const) },
);
const account = fc.constantFrom(undefined, "alias" as const);
const parent = fc.constantFrom(undefined, "component" as const);
const usually = (value: boolean) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });
const sometimes = <T>(arbitrary: Arbitrary<T>, of: number) =>
  fc.option(arbitrary, { freq: of, nil: undefined });

function declarations(language: Language): Arbitrary<Declaration> {
  return fc.record({
    name,
    externalBusinessId: id,
    tag,
    type: types(language),
    provider,
    account,
    parent,
    alias: fc.constant(undefined),
    replaceOnTag: usually(false),
    adopt: usually(true),
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
  const change = fc.oneof(
    fc.record({ externalBusinessId: id }),
    fc.record({ tag }),
    fc.record({ tag, replaceOnTag: fc.boolean() }),
  );
  const kind = <T extends string>(value: T) => fc.constant(value);
  return fc.oneof(
    fc.record({ do: kind("add"), declaration: declarations(language), first: fc.boolean() }),
    fc.record({ do: kind("remove"), nth }),
    fc.record({ do: kind("rename"), nth, name, alias: fc.boolean(), first: fc.boolean() }),
    fc.record({ do: kind("move"), nth, to, alias: fc.boolean() }),
    fc.record({ do: kind("change"), nth, to: change }),
    fc.record({ do: kind("swap"), nth, other: nth }),
    fc.record({ do: kind("revert") }),
  );
}

const faults: Arbitrary<Fault> = fc.record({
  externalBusinessId: id,
  operation: fc.constantFrom("get", "create", "update", "delete"),
  commit: fc.boolean(),
});

const commands: Arbitrary<Command> = fc.record({
  do: fc.oneof(
    { weight: 8, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constant("refresh" as const) },
    { weight: 2, arbitrary: fc.constant("destroy" as const) },
  ),
  runProgram: fc.boolean(),
  targets: sometimes(fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }), 2),
  replaceTargets: usually(false),
  tainted: sometimes(fc.nat({ max: 7 }), 6),
  continueOnError: fc.boolean(),
  deleteOldestFirst: fc.boolean(),
  deleteLimit: sometimes(fc.constantFrom(0, 1, 2), 5),
  kill: sometimes(
    fc.record({
      afterRequests: fc.integer({ min: 1, max: 6 }),
      answer: fc.constantFrom("lost" as const, "kept" as const),
    }),
    4,
  ),
  fault: sometimes(faults, 3),
});

/** A program that is deployed, followed by edits and commands. */
export const sequences: Arbitrary<Sequence> = fc
  .oneof(
    { weight: 5, arbitrary: fc.constant<Language>("typescript") },
    { weight: 1, arbitrary: fc.constant<Language>("yaml") },
  )
  .chain((language) =>
    fc.record({
      language: fc.constant(language),
      readLag: fc.constantFrom(0, 0, 1, 2),
      program: fc.array(declarations(language), { minLength: 1, maxLength: 3 }),
      rounds: fc.array(fc.record({ edits: fc.array(edits(language), { maxLength: 3 }), command: commands }), {
        minLength: 3,
        maxLength: 7,
      }),
    }),
  );
