import { z } from "zod";
import { AdministrationError } from "./administration-error";
import { OPERATIONS, type Operation } from "./call";

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
  /** How many matching requests fail after those, or "all" until the fault is removed. Default 1. */
  times?: number | "all" | undefined;
}

/**
 * What goes wrong. `commit` says whether the request takes effect all the same, and only its answer is lost or
 * replaced; default false.
 * - `answer`: another answer. A `body` that is a text is sent as text/html, anything else as JSON; by default
 *   Pinterest's error envelope with code 0.
 * - `reset`: the connection is reset instead of an answer.
 * - `hang`: the connection stays open and no answer comes.
 * - `truncate`: the request takes effect, the answer's JSON ends in the middle.
 */
export type FaultAction =
  | {
      kind: "answer";
      status: number;
      body?: unknown;
      headers?: Record<string, string> | undefined;
      commit?: boolean | undefined;
    }
  | { kind: "reset"; commit?: boolean | undefined }
  | { kind: "hang"; commit?: boolean | undefined }
  | { kind: "truncate" };

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
  times: z.union([z.int().min(1), z.literal("all")]).optional(),
};
const commit = z.boolean().optional();

const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("answer"),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    commit,
    ...match,
  }),
  z.strictObject({ kind: z.literal("reset"), commit, ...match }),
  z.strictObject({ kind: z.literal("hang"), commit, ...match }),
  z.strictObject({ kind: z.literal("truncate"), ...match }),
]) satisfies z.ZodType<Fault>;

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

  all(): ArmedFault[] {
    return this.#armed.map((armed) => ({ ...armed }));
  }

  arm(given: Fault): ArmedFault {
    const armed = { number: ++this.#count, fault: faultSchema.parse(given), matched: 0, fired: 0 };
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
  meet(target: FaultTarget): Fault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed.fault, target)) continue;
      armed.matched += 1;
      const { skip = 0, times = 1 } = armed.fault;
      if (armed.matched <= skip || (times !== "all" && armed.fired >= times)) continue;
      armed.fired += 1;
      return armed.fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (["operation", "account", "external_business_id"] as const).every(
    (key) => fault[key] === undefined || fault[key] === target[key],
  );
}
