import { globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Operation, RequestEntry } from "../../../emulator";
import type { Lab, Run } from "./lab";
import type { ProviderProcesses } from "./provider-processes";

/**
 * The stage of a request at which a process is killed:
 * - `before`: Pinterest has received the request, and never executes it.
 * - `late`: Pinterest has received the request, and executes it after the process is killed.
 * - `after`: Pinterest has executed the request, and sends no response.
 * - `received`: the provider has received the whole response, and the engine has not saved the result.
 */
export type Moment = "before" | "late" | "after" | "received";

/** A request, and the stage at which a process is killed. */
export interface KillPoint {
  readonly operation: Operation;
  /** The external business ID. */
  readonly id: string;
  readonly moment: Moment;
}

/** The result of a killed run. */
export interface KilledRun {
  readonly run: Run;
  /** The number of requests that the emulator had received when the process was killed. */
  readonly requestsAtKill: number;
  /** Executes the requests that Pinterest received before the kill (`late`). */
  executeLateRequests(): void;
}

/**
 * Runs `pulumi`, and kills the engine when all points are reached. Resolves when the provider process has exited, so that no process
 * can still write.
 *
 * @throws Error if the engine exits before it reaches all points
 */
export async function killEngineAt(
  lab: Lab,
  processes: ProviderProcesses,
  points: readonly KillPoint[],
  ...args: string[]
): Promise<KilledRun> {
  const { held, child, ended } = await runUntil(lab, processes, points, args);
  // A stopped engine cannot receive the provider's results.
  child.kill("SIGSTOP");
  held.sendResponses();
  await processes.waitForResponses(held.received);
  const requestsAtKill = lab.emulator.counters().requests;
  child.kill("SIGKILL");
  await processes.waitForExit(processes.loaded());
  processes.killIdle();
  removeEmptyAttributes(lab);
  // The pipes close when the last process that can write to them exits.
  const run = await ended;
  held.stopHolding();
  return { run, requestsAtKill, executeLateRequests: held.executeLateRequests };
}

/**
 * Removes empty attribute files, which make a stack unreadable. A killed engine can leave one between creating and writing it
 * (`setAttrs` in gocloud.dev/blob/fileblob). State files are written atomically.
 */
export function removeEmptyAttributes({ directory }: Lab): void {
  for (const name of globSync("backend/.pulumi/stacks/**/*.attrs", { cwd: directory })) {
    const file = join(directory, name);
    if (statSync(file).size === 0) rmSync(file);
  }
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
    throw new Error(`the engine exited before it reached ${held.unreachedIds().join(", ")}:\n${output}`);
  });
  missed.catch(() => {});
  await Promise.race([held.allReached, missed]);
  return { held, child, ended };
}

/** Holds the requests of kill points at their moments. */
class HeldRequests {
  /** Resolves when every point is reached. */
  readonly allReached: Promise<void>;
  /** Sends the held responses of the points whose moment is `received`. */
  readonly sendResponses: () => void;
  readonly executeLateRequests: () => void;
  /** The request IDs of the points whose moment is `received`. */
  readonly received: string[] = [];
  private readonly reached = new Set<KillPoint>();
  private readonly stops: (() => void)[];

  constructor(
    { emulator }: Lab,
    private readonly points: readonly KillPoint[],
  ) {
    const all = Promise.withResolvers<void>();
    const response = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    this.allReached = all.promise;
    this.sendResponses = response.resolve;
    this.executeLateRequests = late.resolve;
    const hold = async (point: KillPoint, until: Promise<void>): Promise<void> => {
      this.reached.add(point);
      if (this.reached.size === points.length) {
        all.resolve();
      }
      await until;
    };
    this.stops = [
      emulator.onRequest(async (entry) => {
        const point = this.pointOf(entry, "before", "late");
        if (point !== undefined) {
          await hold(point, point.moment === "late" ? late.promise : neverResolves);
        }
      }),
      emulator.onResponse(async (entry) => {
        const point = this.pointOf(entry, "after", "received");
        if (point?.moment === "received") {
          this.received.push(entry.request_id);
        }
        if (point !== undefined) {
          await hold(point, point.moment === "received" ? response.promise : neverResolves);
        }
      }),
    ];
  }

  /** The external business IDs of the points that are not reached. */
  unreachedIds(): string[] {
    return this.points.filter((point) => !this.reached.has(point)).map(({ id }) => id);
  }

  /** Stops holding new requests. */
  stopHolding(): void {
    for (const stop of this.stops) {
      stop();
    }
  }

  private pointOf(entry: RequestEntry, ...moments: Moment[]): KillPoint | undefined {
    return this.points.find(
      ({ operation, id, moment }) =>
        operation === entry.operation && id === entry.external_business_id && moments.includes(moment),
    );
  }
}

const neverResolves = new Promise<void>(() => {});
