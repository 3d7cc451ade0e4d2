// Finds what was measured of a cell.
import {
  type Cell,
  type CommandFigures,
  type Floor,
  type Origin,
  type Pass,
  type Peer,
  peers,
  type Results,
  type Workload,
} from "./results.mts";
import { distinct, median } from "./statistics.mts";

/** What a peer is measured in. */
export type Situation = Pick<Cell, "accounts" | "latencyMs">;

/** One account, and answers without latency. */
export const plain: Situation = { accounts: "one", latencyMs: 0 };

/** With one account, and with one an integration. */
export const withoutLatency: readonly Situation[] = [plain, { ...plain, accounts: "each" }];

export type Figure = (command: CommandFigures) => number;

export const wallMs: Figure = (command) => command.wallMs;
export const cpuMs: Figure = (command) => command.cpuMs;
export const providerCpuMs: Figure = (command) => command.providerCpuMs;
export const providerPeakBytes: Figure = (command) => command.providerPeakBytes;
export const providerProcesses: Figure = (command) => command.providerProcesses;

/** All operations' requests together, of a command or a sweep. */
export function requestCount({ requests }: Pick<CommandFigures, "requests">): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

/** The passes that agree with all that is asked for. */
export function passesWith(results: Pick<Results, "passes">, wanted: Partial<Cell>): readonly Pass[] {
  const asked = Object.entries(wanted) as [keyof Cell, unknown][];
  return results.passes.filter((pass) => asked.every(([key, value]) => pass[key] === value));
}

/** The repetitions of a cell. */
export function passesOf(
  results: Pick<Results, "passes">,
  { peer, count, accounts, latencyMs }: Cell,
): readonly Pass[] {
  return passesWith(results, { peer, count, latencyMs, accounts });
}

/** What passes of a situation were measured together, in turn. */
export function roundsOf(made: readonly Pass[], { count, accounts, latencyMs }: Cell): Pass[][] {
  const those = passesWith({ passes: made }, { count, accounts, latencyMs });
  return [...Map.groupBy(those, ({ startedAt }) => startedAt).values()];
}

/**
 * Of each round that both peers were measured in, the one's figure over the other's. What changes on the machine from one round to the
 * next meets both sides of a ratio, and tells nothing of either.
 */
export function ratiosByRound(
  results: Pick<Results, "passes">,
  cell: Cell,
  to: Peer,
  figure: (pass: Pass) => number,
): number[] {
  return roundsOf(results.passes, cell)
    .flatMap((round) => {
      const [own, other] = [cell.peer, to].map((wanted) => round.find(({ peer }) => peer === wanted));
      return own === undefined || other === undefined ? [] : [figure(own) / figure(other)];
    })
    .filter(Number.isFinite);
}

/** How long a command took in a pass. */
export function wallMsOf(workload: Workload): (pass: Pass) => number {
  return (pass) => wallMs(pass.commands[workload]);
}

export function valuesOf(results: Results, cell: Cell, workload: Workload, figure: Figure): number[] {
  return passesOf(results, cell).map((pass) => figure(pass.commands[workload]));
}

export function medianOf(results: Results, cell: Cell, workload: Workload, figure: Figure) {
  return median(valuesOf(results, cell, workload, figure));
}

/** The largest memory that any command of each pass took. */
export function peaksOf(results: Results, cell: Cell): number[] {
  return passesOf(results, cell).map((pass) =>
    Math.max(...Object.values(pass.commands).map(providerPeakBytes)),
  );
}

export function peakOf(results: Results, cell: Cell): number | undefined {
  return median(peaksOf(results, cell));
}

/** The bytes of a pass in the state, a resource. */
export function stateBytes({ state }: Pass): number {
  return state.bytesAResource;
}

export function stateOf(results: Results, cell: Cell): number | undefined {
  return median(passesOf(results, cell).map(stateBytes));
}

/** How many times as long as a floor a cell takes, by the rounds that both were measured in. */
export function ratioToFloor(
  results: Results,
  cell: Cell,
  workload: Workload,
  floor: Floor = "nothing",
): number | undefined {
  return median(ratiosByRound(results, cell, floor, wallMsOf(workload)));
}

/** What counts of integrations were measured, ascending. */
export function countsOf(results: Results, peer: Peer, situation: Situation): number[] {
  return distinct(results.passes.map(({ count }) => count)).filter(
    (count) => passesOf(results, { peer, count, ...situation }).length > 0,
  );
}

/** The peers of which anything was measured in a situation. */
export function peersIn(results: Results, situation: Situation): readonly Peer[] {
  return peers.filter((peer) => countsOf(results, peer, situation).length > 0);
}

/** The counts that were measured of each of the peers, ascending. */
export function commonCounts(results: Results, of: readonly Peer[], situation: Situation): number[] {
  const [first = [], ...others] = of.map((peer) => countsOf(results, peer, situation));
  return first.filter((count) => others.every((counts) => counts.includes(count)));
}

export function largestCommonCount(results: Results, of: readonly Peer[], situation: Situation) {
  return commonCounts(results, of, situation).at(-1);
}

/** The situations that were measured, the plain one first, then by latency. */
export function situationsOf(results: Results): Situation[] {
  const found = new Map<string, Situation>();
  for (const { accounts, latencyMs } of results.passes)
    found.set(`${accounts} ${latencyMs}`, { accounts, latencyMs });
  return [...found.values()].sort(
    (a, b) => b.accounts.localeCompare(a.accounts) || a.latencyMs - b.latencyMs,
  );
}

/** All that was measured. */
export function measurements({ passes, sweeps, figures }: Results): readonly Origin[] {
  return [...passes, ...sweeps, ...(figures === undefined ? [] : [figures])];
}

/** The code that was measured: one fingerprint, unless measurements of several were put together. */
export function codesOf(results: Results): string[] {
  return [...new Set(measurements(results).map(({ code }) => code))];
}

/** What was measured of other code than this. */
export function otherCodes(results: Results, code: string): string[] {
  return codesOf(results).filter((other) => other !== code);
}
