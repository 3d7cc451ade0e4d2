import fc, { type Arbitrary } from "fast-check";
import type { DeletionLimits } from "../../../provider/run/ledger";
import type { Kill as KillAfterRequests } from "../kill-switch";
import type { Declaration, Edit, Foreign, Language } from "./program";
import type { ExchangeFault } from "./tokens";

/** A command of the engine, and its interruptions. */
export interface Command extends DeletionLimits {
  readonly do: "up" | "refresh" | "destroy";
  /** Whether `destroy` runs the program. */
  readonly runProgram: boolean;
  /** The chosen resources in state and the program, as numbers modulo their count. Undefined: all. */
  readonly chosen: { readonly nth: readonly number[]; readonly by: "target" | "exclude" } | undefined;
  /** Whether the targets are replaced (`--target-replace`). */
  readonly replaceTargets: boolean;
  /** The resource that `pulumi state taint` marks before the command, as a number like in `chosen`. */
  readonly tainted: number | undefined;
  /** The resource whose entry in state is copied under another name before the command (`pulumi stack import`), as a number like in `chosen`. */
  readonly copied: { readonly nth: number; readonly name: string } | undefined;
  readonly continueOnError: boolean;
  /** Whether the program ends normally although a registration has failed (only with `continueOnError`). */
  readonly survives: boolean;
  readonly deleteOldestFirst: boolean;
  /** Whether deletions of two processes overlap. */
  readonly overlaps: boolean;
  /** Whether the file with the records of the run is deleted while a deletion waits, such as for others that count for the delete limit. */
  readonly losesRecords: boolean;
  readonly kill: Kill | undefined;
  /** One request about one integration fails: with 503, or because Pinterest has disapproved the account (403). With `commit`, it takes effect. */
  readonly fault: Fault | undefined;
  /** Whether Pinterest rejects the access tokens of earlier commands. */
  readonly expires: boolean;
  readonly exchange: ExchangeFault | undefined;
  /** The difference between the clock of the machine that runs the command and Pinterest's, in milliseconds. */
  readonly skewMs: number;
}

/** When the engine and all processes are killed. */
export type Kill =
  | KillAfterRequests
  /** After the program has ended, before the deletions. */
  | "before deletions";

export interface Fault {
  readonly externalBusinessId: string;
  readonly operation: "get" | "create" | "update" | "delete";
  readonly status: 503 | 403;
  readonly commit: boolean;
}

/** Edits to the program, and then a command. */
export interface Round {
  readonly edits: readonly Edit[];
  readonly command: Command;
}

export interface Sequence {
  readonly language: Language;
  /** Whether each update checks for drift, or skips the engine's reads (`pinterest:detectDrift`). */
  readonly reads: "check" | "skip";
  /** The number of stale reads after a write. */
  readonly readLag: number;
  readonly refreshTokenRotation: "strict" | "grace" | "none";
  readonly foreign: Foreign | undefined;
  readonly declarations: readonly Declaration[];
  readonly rounds: readonly Round[];
}

/** An `up` of everything without interruptions. */
export const plainUp: Command = {
  do: "up",
  runProgram: false,
  chosen: undefined,
  replaceTargets: false,
  tainted: undefined,
  copied: undefined,
  continueOnError: false,
  survives: false,
  deleteOldestFirst: false,
  overlaps: false,
  losesRecords: false,
  kill: undefined,
  fault: undefined,
  expires: false,
  exchange: undefined,
  skewMs: 0,
};

// The pools are small, so that resources often share, swap and reuse values.
const id = fc.constantFrom("one", "two", "three");
const tag = fc.constantFrom("1", "2");
const name = fc.constantFrom("p", "q", "r", "s", "t");
const nth = fc.nat({ max: 3 });
const provider = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(undefined, "a" as const, "b" as const) },
  { weight: 1, arbitrary: fc.constant("other" as const) },
);
const account = fc.constantFrom(undefined, "alias" as const);
const parent = fc.constantFrom(undefined, "component" as const);
const usually = (value: boolean) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });
const sometimes = <T>(arbitrary: Arbitrary<T>, of: number) =>
  fc.option(arbitrary, { freq: of, nil: undefined });
const rarely = <T>(arbitrary: Arbitrary<T>, of: number) =>
  fc.oneof({ weight: of, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const foreign: Arbitrary<Foreign> = fc.record({ value: id, deleteFirst: fc.boolean() });

function options(language: Language) {
  return {
    from: rarely(fc.constantFrom("id" as const, "account" as const), 2),
    within: rarely(name, 3),
    isRead: fc.oneof(
      { weight: 12, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    replaceOn: rarely(fc.constantFrom("connectedTagId" as const, "externalBusinessId" as const), 4),
    // Programs in YAML cannot protect these: see the documented limits.
    replaceWith: language === "yaml" ? fc.constant(false) : usually(false),
    deletedWith: usually(false),
    protect: usually(false),
    deleteFirst: language === "yaml" ? usually(false) : fc.constant(false),
    adopt: usually(true),
  };
}

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
    fc.record({ tag }),
    fc.record({ tag, ...options(language) }),
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

const faults: Arbitrary<Fault> = fc
  .record({
    externalBusinessId: id,
    operation: fc.constantFrom("get", "create", "update", "delete"),
    status: fc.constantFrom(503, 403),
    commit: fc.boolean(),
  })
  .map((fault) => ({ ...fault, commit: fault.commit && fault.status === 503 }));

const kills: Arbitrary<Kill> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      afterRequests: fc.integer({ min: 1, max: 8 }),
      response: fc.constantFrom("lost" as const, "kept" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant("before deletions" as const) },
);

const commands: Arbitrary<Command> = fc
  .record({
    do: fc.oneof(
      { weight: 8, arbitrary: fc.constant("up" as const) },
      { weight: 1, arbitrary: fc.constant("refresh" as const) },
      { weight: 2, arbitrary: fc.constant("destroy" as const) },
    ),
    runProgram: fc.boolean(),
    chosen: rarely(
      fc.record({
        nth: fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }),
        by: fc.constantFrom("target" as const, "target" as const, "exclude" as const),
      }),
      2,
    ),
    replaceTargets: usually(false),
    tainted: rarely(fc.nat({ max: 7 }), 5),
    copied: rarely(fc.record({ nth, name }), 8),
    continueOnError: usually(false),
    survives: fc.boolean(),
    deleteOldestFirst: fc.boolean(),
    overlaps: fc.boolean(),
    losesRecords: usually(false),
    deleteLimit: rarely(fc.constantFrom(0, 1, 2), 5),
    onDelete: rarely(fc.constantFrom("retain" as const, "refuse" as const), 8),
    kill: rarely(kills, 3),
    fault: rarely(faults, 3),
    expires: usually(false),
    exchange: rarely(fc.constantFrom<ExchangeFault>("slow", "request lost", "response lost", "killed"), 5),
    skewMs: rarely(fc.constantFrom(-hourMs, hourMs, 61 * 24 * hourMs), 2).map((skewMs) => skewMs ?? 0),
  })
  // Without records and without state, no message can name an interrupted create.
  .map((command) => ({ ...command, losesRecords: command.losesRecords && command.kill === undefined }));

/** A program that is deployed, followed by edits and commands. */
export const sequences: Arbitrary<Sequence> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant<Language>("typescript") },
    { weight: 1, arbitrary: fc.constant<Language>("yaml") },
  )
  .chain((language) =>
    fc.record({
      language: fc.constant(language),
      reads: fc.constantFrom("check" as const, "skip" as const),
      readLag: fc.constantFrom(0, 0, 1, 2),
      refreshTokenRotation: fc.constantFrom("strict" as const, "grace" as const, "none" as const),
      foreign: sometimes(foreign, 2),
      declarations: fc.array(declarations(language), { minLength: 1, maxLength: 3 }),
      rounds: fc.array(fc.record({ edits: fc.array(edits(language), { maxLength: 3 }), command: commands }), {
        minLength: 3,
        maxLength: 7,
      }),
    }),
  );
