import { z } from "zod";
import { AdministrationError } from "./administration-error";
import { OPERATIONS, type Operation } from "./call";
import { PRESET_NAMES, type PresetName } from "./presets";

/** Which requests a fault meets, and how often. Every condition that is given must hold. */
export interface FaultMatch {
  /** Only this operation. Default: any. */
  operation?: Operation | undefined;
  /** Only requests with a token of the account of this name. Default: any, also those without a known token. */
  account?: string | undefined;
  /** Only requests for this integration (by its id or number in the path, or in the body of a create). Default: any. */
  external_business_id?: string | undefined;
  /** How many matching requests pass unharmed first. Default 0. */
  skip?: number | undefined;
  /** After those, only each so-manieth matching request fails: with 3 the third, the sixth, … Default: each one. */
  every?: number | undefined;
  /** After those, a matching request fails with this chance, from 0 to 1, as the emulator's seed decides. Default 1. */
  chance?: number | undefined;
  /**
   * How many requests fail in all, or "all" until the fault is removed. Default 1; with `every` or `chance` "all".
   */
  times?: number | "all" | undefined;
}

/**
 * What goes wrong. `commit` says whether the request takes effect all the same, and only its answer is lost or
 * replaced; default false.
 * - `answer`: another answer: a ready-made one, or one's own. A `body` that is a text is sent as text/html, anything
 *   else as JSON; by default Pinterest's error envelope with code 0. `headers` add to those of the ready-made.
 * - `reset`: the connection is reset instead of an answer.
 * - `hang`: the connection stays open and no answer comes.
 * - `slow`: the answer comes after `ms` milliseconds, or when it is released. The request takes effect with `commit`
 *   at once, without it only then, when its client may long have gone.
 * - `truncate`: the request takes effect, the answer's JSON ends in the middle; with `drop` the connection does too.
 */
export type FaultAction =
  | {
      kind: "answer";
      status: number;
      body?: unknown;
      headers?: Record<string, string> | undefined;
      commit?: boolean | undefined;
    }
  | {
      kind: "answer";
      preset: PresetName;
      headers?: Record<string, string> | undefined;
      commit?: boolean | undefined;
    }
  | { kind: "reset"; commit?: boolean | undefined }
  | { kind: "hang"; commit?: boolean | undefined }
  | { kind: "slow"; ms?: number | undefined; commit?: boolean | undefined }
  | { kind: "truncate"; drop?: boolean | undefined };

/** A fault to arm. */
export type Fault = FaultMatch & FaultAction;

/** A fault that is armed, or has been used up. */
export interface ArmedFault {
  readonly number: number;
  readonly fault: Fault;
  /** How many requests matched so far. */
  readonly matched: number;
  /** How many of them failed. */
  readonly fired: number;
}

const match = {
  operation: z.enum(OPERATIONS).optional(),
  account: z.string().optional(),
  external_business_id: z.string().optional(),
  skip: z.int().min(0).optional(),
  every: z.int().min(1).optional(),
  chance: z.number().min(0).max(1).optional(),
  times: z.union([z.int().min(1), z.literal("all")]).optional(),
};
const commit = z.boolean().optional();

const faultSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("answer"),
      preset: z.enum(PRESET_NAMES).optional(),
      status: z.int().min(200).max(599).optional(),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      commit,
      ...match,
    })
    .refine(
      ({ preset, status, body }) => (preset === undefined) !== (status === undefined && body === undefined),
      {
        error: "an answer has either a preset, or a status (and a body)",
      },
    ),
  z.strictObject({ kind: z.literal("reset"), commit, ...match }),
  z.strictObject({ kind: z.literal("hang"), commit, ...match }),
  z.strictObject({
    kind: z.literal("slow"),
    ms: z.number().min(0).max(2_147_483_647).optional(),
    commit,
    ...match,
  }),
  z.strictObject({ kind: z.literal("truncate"), drop: z.boolean().optional(), ...match }),
]);

/** What a fault is matched against. */
export interface FaultTarget {
  readonly operation: Operation | null;
  readonly account: string | null;
  readonly external_business_id: string | null;
}

/** The faults that are armed, in the order in which they were. */
export class Faults {
  #armed: { number: number; fault: Fault; matched: number; fired: number }[] = [];
  #count = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  all(): ArmedFault[] {
    return this.#armed.map((armed) => ({ ...armed }));
  }

  arm(given: Fault): ArmedFault {
    const armed = { number: ++this.#count, fault: faultSchema.parse(given) as Fault, matched: 0, fired: 0 };
    this.#armed.push(armed);
    return { ...armed };
  }

  disarm(number: number): void {
    if (!this.#armed.some((armed) => armed.number === number)) {
      throw new AdministrationError(404, `there is no fault ${number}`);
    }
    this.#armed = this.#armed.filter((armed) => armed.number !== number);
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that a request meets. Each fault that it matches counts it, up to the one that fires. */
  meet(target: FaultTarget): ArmedFault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed.fault, target)) continue;
      armed.matched += 1;
      if (!this.#fires(armed)) continue;
      armed.fired += 1;
      return { ...armed };
    }
    return undefined;
  }

  #fires({ fault, matched, fired }: ArmedFault): boolean {
    const { skip = 0, every = 1, chance } = fault;
    const { times = every > 1 || chance !== undefined ? "all" : 1 } = fault;
    if (matched <= skip || (times !== "all" && fired >= times)) return false;
    return (matched - skip) % every === 0 && (chance === undefined || this.#random() < chance);
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (["operation", "account", "external_business_id"] as const).every(
    (key) => fault[key] === undefined || fault[key] === target[key],
  );
}
