import { globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Operation, RequestEntry } from "../../../emulator";
import type { Lab, Run } from "./lab";
import type { ProviderProcesses } from "./provider-processes";

/**
 * Where a request is when a process is killed:
 * - `before`: Pinterest has it, and never carries it out;
 * - `late`: Pinterest has it, and carries it out when the process is gone already;
 * - `after`: Pinterest has carried it out, and no answer goes out;
 * - `answered`: the provider has the whole answer, and the engine has not come to save what it says.
 */
export type Moment = "before" | "late" | "after" | "answered";

/** A request at whose moment a process is to be killed. */
export interface KillPoint {
  readonly operation: Operation;
  /** The external business id. */
  readonly id: string;
  readonly moment: Moment;
}

/** What there was to see of a process that was killed. */
export interface Killing {
  readonly run: Run;
  /** How many requests the emulator had seen by then. */
  readonly requestsAtKill: number;
  /** Has Pinterest carry out what it got before the kill. */
  carryOutLate(): void;
}

/**
 * Runs `pulumi`, and kills the engine when all the points are reached. Settles when the provider process has ended by
 * itself, and with it every process that could still write.
 *
 * @throws Error when the engine ends without having come to one of the points
 */
export async function killEngineAt(
  lab: Lab,
  processes: ProviderProcesses,
  points: readonly KillPoint[],
  ...args: string[]
): Promise<Killing> {
  const { held, child, ended } = await runUntil(lab, processes, points, args);
  // Stopped, the engine cannot take in what the provider now learns.
  child.kill("SIGSTOP");
  held.answer();
  await processes.received(held.answered);
  const requestsAtKill = lab.emulator.counters().requests;
  child.kill("SIGKILL");
  await processes.ended(processes.loaded());
  processes.killIdle();
  removeEmptyAttributes(lab);
  // The pipes are closed when the last process is gone that could write to them.
  const run = await ended;
  held.end();
  return { run, requestsAtKill, carryOutLate: held.carryOutLate };
}

/**
 * Makes a stack readable again if its engine was killed between creating and writing a file of attributes (`setAttrs` in
 * gocloud.dev/blob/fileblob). State itself is written at once.
 */
export function removeEmptyAttributes({ directory }: Lab): void {
  for (const name of globSync("backend/.pulumi/stacks/**/*.attrs", { cwd: directory })) {
    const file = join(directory, name);
    if (statSync(file).size === 0) rmSync(file);
  }
}

/**
 * Runs `pulumi`, and kills the provider process when all the points are reached, none of which may be `answered`. Settles when the
 * engine has ended.
 *
 * @throws Error when the engine ends without having come to one of the points
 */
export async function killProviderAt(
  lab: Lab,
  processes: ProviderProcesses,
  points: readonly KillPoint[],
  ...args: string[]
): Promise<Killing> {
  const { held, ended } = await runUntil(lab, processes, points, args);
  const requestsAtKill = lab.emulator.counters().requests;
  for (const id of processes.started()) {
    process.kill(id, "SIGKILL");
  }
  const run = await ended;
  held.end();
  return { run, requestsAtKill, carryOutLate: held.carryOutLate };
}

async function runUntil(
  lab: Lab,
  processes: ProviderProcesses,
  points: readonly KillPoint[],
  args: readonly string[],
) {
  processes.clear();
  const held = new HeldRequests(lab, points);
  const { child, ended } = lab.launch("pulumi", ...args, "--non-interactive");
  const missed = ended.then(({ output }) => {
    throw new Error(`the engine ended before it came to ${held.missing().join(", ")}:\n${output}`);
  });
  missed.catch(() => {});
  await Promise.race([held.all, missed]);
  return { held, child, ended };
}

/** Holds requests at their moments. */
class HeldRequests {
  /** Settles when every point is reached. */
  readonly all: Promise<void>;
  /** Has the answers go out for which the moment is `answered`. */
  readonly answer: () => void;
  readonly carryOutLate: () => void;
  /** The request ids of the points whose moment is `answered`. */
  readonly answered: string[] = [];
  readonly #reached = new Set<KillPoint>();
  readonly #stops: (() => void)[];

  constructor(
    { emulator }: Lab,
    private readonly points: readonly KillPoint[],
  ) {
    const all = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    this.all = all.promise;
    this.answer = answer.resolve;
    this.carryOutLate = late.resolve;
    const hold = async (point: KillPoint, until: Promise<void>): Promise<void> => {
      this.#reached.add(point);
      if (this.#reached.size === points.length) {
        all.resolve();
      }
      await until;
    };
    this.#stops = [
      emulator.onRequest(async (entry) => {
        const point = this.#pointOf(entry, "before", "late");
        if (point !== undefined) {
          await hold(point, point.moment === "late" ? late.promise : never);
        }
      }),
      emulator.onAnswer(async (entry) => {
        const point = this.#pointOf(entry, "after", "answered");
        if (point?.moment === "answered") {
          this.answered.push(entry.request_id);
        }
        if (point !== undefined) {
          await hold(point, point.moment === "answered" ? answer.promise : never);
        }
      }),
    ];
  }

  /** The integrations whose point is not reached. */
  missing(): string[] {
    return this.points.filter((point) => !this.#reached.has(point)).map(({ id }) => id);
  }

  /** Holds nothing that comes from now on. */
  end(): void {
    for (const stop of this.#stops) {
      stop();
    }
  }

  #pointOf(entry: RequestEntry, ...moments: Moment[]): KillPoint | undefined {
    return this.points.find(
      ({ operation, id, moment }) =>
        operation === entry.operation && id === entry.external_business_id && moments.includes(moment),
    );
  }
}

const never = new Promise<void>(() => {});
