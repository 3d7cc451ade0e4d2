import type { Operation } from "../../../emulator";
import type { Lab, Run } from "./lab";
import type { ProviderProcesses } from "./provider-processes";

/**
 * Where a request is when the engine is killed:
 * - `before`: Pinterest has it, and never carries it out;
 * - `late`: Pinterest has it, and carries it out when the provider process is gone already;
 * - `after`: Pinterest has carried it out, and no answer goes out;
 * - `answered`: the provider has the whole answer, and the engine has not come to save what it says.
 */
export type Moment = "before" | "late" | "after" | "answered";

/** A request at whose moment the engine is to be killed. */
export interface KillPoint {
  readonly operation: Operation;
  /** The external business id. */
  readonly id: string;
  readonly moment: Moment;
}

/** What there was to see of an engine that was killed. */
export interface Killing {
  readonly run: Run;
  /** How many requests the emulator had seen when the engine was killed. */
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
export async function killAt(
  lab: Lab,
  processes: ProviderProcesses,
  points: readonly KillPoint[],
  ...args: string[]
): Promise<Killing> {
  processes.clear();
  const reached = new Set<KillPoint>();
  const answered: string[] = [];
  const pointOf = (entry: { operation: Operation | null; external_business_id: string | null }) =>
    points.find(({ operation, id }) => operation === entry.operation && id === entry.external_business_id);
  const allReached = latch();
  const reach = (point: KillPoint) => {
    reached.add(point);
    if (reached.size === points.length) {
      allReached.open();
    }
  };
  const letGo = latch();
  const late = latch();
  const stops = [
    lab.emulator.onRequest(async (entry) => {
      const point = pointOf(entry);
      if (point?.moment === "before" || point?.moment === "late") {
        reach(point);
        await (point.moment === "late" ? late.opened : never);
      }
    }),
    lab.emulator.onAnswer(async (entry) => {
      const point = pointOf(entry);
      if (point?.moment === "after") {
        reach(point);
        await never;
      } else if (point?.moment === "answered") {
        answered.push(entry.request_id);
        reach(point);
        await letGo.opened;
      }
    }),
  ];
  const { child, ended } = lab.launch("pulumi", ...args, "--non-interactive");
  const missed = ended.then(({ output }) => {
    const left = points.filter((point) => !reached.has(point)).map(({ id }) => id);
    throw new Error(`the engine ended before it came to ${left.join(", ")}:\n${output}`);
  });
  await Promise.race([allReached.opened, missed]);
  // Stopped, the engine cannot take in what the provider now learns.
  child.kill("SIGSTOP");
  letGo.open();
  await processes.received(answered);
  const requestsAtKill = lab.emulator.counters().requests;
  missed.catch(() => {});
  child.kill("SIGKILL");
  await processes.ended(processes.started());
  // The pipes are closed when the last process is gone that could write to them.
  const run = await ended;
  for (const stop of stops) {
    stop();
  }
  return { run, requestsAtKill, carryOutLate: late.open };
}

const never = new Promise<void>(() => {});

function latch(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
