import { z } from "zod";
import { AdministrationError } from "./administration-error";
import { type Operation, operationNames } from "./call";
import { type PresetName, presetNames } from "./presets";

/** Requests that a fault applies to. All given conditions must match. */
export interface FaultMatch {
  /** Only requests of this operation: `create`, `get`, `update`, `delete`, `list`, `getById`, `logs` or `token`. @default any operation */
  operation?: Operation | undefined;
  /** Only requests with a token of this account. @default any account, also requests without a known token */
  account?: string | undefined;
  /** Only requests for this integration: by an ID in the path, or in the body of a create. @default any integration */
  external_business_id?: string | undefined;
  /** Number of matching requests that succeed first. @default 0 */
  skip?: number | undefined;
  /** After the skipped requests, only every nth matching request fails. With 3, these are the third, the sixth, and so on. @default 1 */
  every?: number | undefined;
  /** Probability that a matching request fails, from 0 to 1. The emulator's seed makes the choice reproducible. @default 1 */
  chance?: number | undefined;
  /** Number of requests that fail, or `"all"` until you remove the fault. @default 1; with `every` or `chance`, `"all"` */
  times?: number | "all" | undefined;
}

/** A fault of which you choose whether the request takes effect. */
interface CommitOption {
  /** Whether the request takes effect. @default false */
  commit?: boolean | undefined;
}

/** Responds with a status and body of your choice. */
export interface ResponseFault extends CommitOption {
  /** Kind of the fault. */
  kind: "response";
  /** HTTP status, from 200 to 599. */
  status: number;
  /** Body of the response. A string is sent as `text/html`, any other value as JSON. @default Pinterest's error envelope with code 0 */
  body?: unknown;
  /** Additional headers. */
  headers?: Record<string, string> | undefined;
}

/** Responds with a preset. */
export interface PresetFault extends CommitOption {
  /** Kind of the fault. */
  kind: "response";
  /** Name of the preset. */
  preset: PresetName;
  /** Additional headers. */
  headers?: Record<string, string> | undefined;
}

/** Never responds. */
export interface SilentFault extends CommitOption {
  /** Kind of the fault: reset the connection, or keep it open. */
  kind: "reset" | "hang";
}

/** Delays the response. */
export interface SlowFault {
  /** Kind of the fault. */
  kind: "slow";
  /** Delay in milliseconds. @default until `release()` or `DELETE /_emulator/held` */
  ms?: number | undefined;
  /** Whether the request takes effect before the delay. After it, its client may have given up. @default false */
  commit?: boolean | undefined;
}

/** Responds with JSON that ends in the middle. The request takes effect. */
export interface TruncateFault {
  /** Kind of the fault. */
  kind: "truncate";
  /** Close the connection after half of the response. @default false */
  drop?: boolean | undefined;
}

/** Effect of a fault on a request. */
export type FaultAction = ResponseFault | PresetFault | SilentFault | SlowFault | TruncateFault;

/** A fault to arm. */
export type Fault = FaultMatch & FaultAction;

/** An armed fault. It stays in the list after its last use. */
export interface ArmedFault {
  readonly number: number;
  readonly fault: Fault;
  /** Number of requests that matched. */
  readonly matched: number;
  /** Number of requests that failed. */
  readonly fired: number;
}

const match = {
  operation: z.enum(operationNames).optional(),
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
      kind: z.literal("response"),
      preset: z.enum(presetNames).optional(),
      status: z.int().min(200).max(599).optional(),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      commit,
      ...match,
    })
    .refine(
      ({ preset, status, body }) => (preset === undefined) !== (status === undefined && body === undefined),
      { error: "a response needs either `preset`, or `status` and optionally `body`" },
    ),
  z.strictObject({ kind: z.enum(["reset", "hang"]), commit, ...match }),
  z.strictObject({
    kind: z.literal("slow"),
    ms: z.number().min(0).max(2_147_483_647).optional(),
    commit,
    ...match,
  }),
  z.strictObject({ kind: z.literal("truncate"), drop: z.boolean().optional(), ...match }),
]);

interface HeldRequest {
  readonly fault: number;
  readonly release: () => void;
}

/** The armed faults in order, and the requests that `slow` faults delay. */
export class Faults {
  private armed: { number: number; fault: Fault; matched: number; fired: number }[] = [];
  private count = 0;
  private readonly heldRequests = new Set<HeldRequest>();
  private readonly random: () => number;

  /** @param seed Selects the requests of faults with a `chance`. */
  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  all(): ArmedFault[] {
    return this.armed.map((armed) => ({ ...armed }));
  }

  arm(fault: Fault): ArmedFault {
    const armed = { number: ++this.count, fault: faultSchema.parse(fault) as Fault, matched: 0, fired: 0 };
    this.armed.push(armed);
    return { ...armed };
  }

  disarm(number: number): void {
    const others = this.armed.filter((armed) => armed.number !== number);
    if (others.length === this.armed.length) {
      throw new AdministrationError(404, `the fault ${number} does not exist`);
    }
    this.armed = others;
  }

  clear(): void {
    this.armed = [];
  }

  /** The fault that fires for a request. Each matching fault counts the request, up to the one that fires. */
  fire(request: FaultedRequest): ArmedFault | undefined {
    for (const armed of this.armed) {
      if (!matches(armed.fault, request)) continue;
      armed.matched += 1;
      if (!this.fires(armed)) continue;
      armed.fired += 1;
      return { ...armed };
    }
    return undefined;
  }

  /** Resolves after a number of milliseconds, or when the request is released. */
  hold(fault: number, milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const request: HeldRequest = {
        fault,
        release: () => {
          clearTimeout(timer);
          this.heldRequests.delete(request);
          resolve();
        },
      };
      // Unreferenced, so that a delay does not keep the process running.
      const timer =
        milliseconds === undefined ? undefined : setTimeout(request.release, milliseconds).unref();
      this.heldRequests.add(request);
    });
  }

  /** The delayed requests of a fault, or of all faults. */
  held(fault?: number): HeldRequest[] {
    return [...this.heldRequests].filter((request) => fault === undefined || request.fault === fault);
  }

  private fires({ fault, matched, fired }: ArmedFault): boolean {
    const { skip = 0, every = 1, chance } = fault;
    const { times = every > 1 || chance !== undefined ? "all" : 1 } = fault;
    if (matched <= skip || (times !== "all" && fired >= times)) return false;
    return (matched - skip) % every === 0 && (chance === undefined || this.random() < chance);
  }
}

/** The properties of a request that conditions of a fault compare. Null: unknown. */
type FaultedRequest = { readonly [Name in "operation" | "account" | "external_business_id"]: string | null };

function matches(fault: Fault, request: FaultedRequest): boolean {
  return (["operation", "account", "external_business_id"] as const).every(
    (key) => fault[key] === undefined || fault[key] === request[key],
  );
}

/** Pseudorandom numbers from 0 to below 1 (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
