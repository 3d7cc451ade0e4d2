import { z } from "zod";
import { AdministrationError } from "./administration-error";
import { OPERATIONS, type Operation } from "./call";
import { PRESET_NAMES, type PresetName } from "./presets";

/** Requests that a fault applies to. All given conditions must match. */
export interface FaultMatch {
  /**
   * Only requests of this operation: `create`, `get`, `update`, `delete`, `list`, `getById`, `logs` or `token`.
   *
   * @default any operation
   */
  operation?: Operation | undefined;
  /**
   * Only requests with a token of this account.
   *
   * @default any account, also requests without a known token
   */
  account?: string | undefined;
  /**
   * Only requests for this integration: by its external business ID or integration ID in the path, or in the body of a create.
   *
   * @default any integration
   */
  external_business_id?: string | undefined;
  /**
   * Number of matching requests that succeed first.
   *
   * @default 0
   */
  skip?: number | undefined;
  /**
   * After the skipped requests, only every nth matching request fails. With 3, these are the third, the sixth, and so on.
   *
   * @default 1
   */
  every?: number | undefined;
  /**
   * Probability that a matching request fails, from 0 to 1. The emulator's seed makes the choice reproducible.
   *
   * @default 1
   */
  chance?: number | undefined;
  /**
   * Number of requests that fail, or `"all"` until you remove the fault.
   *
   * @default 1; with `every` or `chance`, `"all"`
   */
  times?: number | "all" | undefined;
}

/** Answers with a status and body of your choice. */
export interface AnswerFault {
  /** Kind of the fault. */
  kind: "answer";
  /** HTTP status, from 200 to 599. */
  status: number;
  /**
   * Body of the answer. A string is sent as `text/html`, any other value as JSON.
   *
   * @default Pinterest's error envelope with code 0
   */
  body?: unknown;
  /** Additional headers. */
  headers?: Record<string, string> | undefined;
  /**
   * Whether the request takes effect.
   *
   * @default false
   */
  commit?: boolean | undefined;
}

/** Answers with a preset. */
export interface PresetFault {
  /** Kind of the fault. */
  kind: "answer";
  /** Name of the preset. */
  preset: PresetName;
  /** Additional headers. */
  headers?: Record<string, string> | undefined;
  /**
   * Whether the request takes effect.
   *
   * @default false
   */
  commit?: boolean | undefined;
}

/** Resets the connection. */
export interface ResetFault {
  /** Kind of the fault. */
  kind: "reset";
  /**
   * Whether the request takes effect.
   *
   * @default false
   */
  commit?: boolean | undefined;
}

/** Keeps the connection open and never answers. */
export interface HangFault {
  /** Kind of the fault. */
  kind: "hang";
  /**
   * Whether the request takes effect.
   *
   * @default false
   */
  commit?: boolean | undefined;
}

/** Delays the answer. */
export interface SlowFault {
  /** Kind of the fault. */
  kind: "slow";
  /**
   * Delay in milliseconds.
   *
   * @default until `release()` or `DELETE /_emulator/held`
   */
  ms?: number | undefined;
  /**
   * Whether the request takes effect at once. If false, it takes effect after the delay, when its client may have given up.
   *
   * @default false
   */
  commit?: boolean | undefined;
}

/** Answers with JSON that ends in the middle. The request takes effect. */
export interface TruncateFault {
  /** Kind of the fault. */
  kind: "truncate";
  /**
   * Close the connection after half of the answer.
   *
   * @default false
   */
  drop?: boolean | undefined;
}

/** What a fault does to a request. */
export type FaultAction = AnswerFault | PresetFault | ResetFault | HangFault | SlowFault | TruncateFault;

/** A fault to arm. */
export type Fault = FaultMatch & FaultAction;

/** A fault that was armed. It stays in the list after its last use. */
export interface ArmedFault {
  readonly number: number;
  readonly fault: Fault;
  /** Number of requests that matched. */
  readonly matched: number;
  /** Number of requests that failed. */
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
        error: "an answer needs either `preset`, or `status` and optionally `body`",
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

/** Properties of a request that faults match. */
export interface FaultTarget {
  readonly operation: Operation | null;
  readonly account: string | null;
  readonly external_business_id: string | null;
}

/** The armed faults, in the order in which they were armed. */
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
      throw new AdministrationError(404, `the fault ${number} does not exist`);
    }
    this.#armed = this.#armed.filter((armed) => armed.number !== number);
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that applies to a request. Each matching fault counts the request, up to the one that fires. */
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
