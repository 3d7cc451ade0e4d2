import type { Round } from "./engine/round.mts";
import { type Accounts, type Cell, frontEnds, isFloor, type Pass, type Peer, peers } from "./results.mts";
import { roundsOf } from "./select.mts";

/** All sizes of stacks that are measured. */
export const allCounts = [1, 100, 500, 1_000, 2_000] as const;

/** The one that most targets name. */
export const usualCount = 1_000;

/** What a service on another continent may take to answer, in milliseconds. */
export const farMs = 80;

/** How long the emulator waits with each answer, in milliseconds: not at all, or that. */
export const latencies = [0, farMs] as const;

/** What a few minutes allow: all that is counted rather than timed, and the times at 100 as a hint. */
export const quickRounds: readonly Round[] = [roundOf100(peers, "one"), roundOf100(frontEnds, "each")];

function roundOf100(some: readonly Peer[], accounts: Accounts): Round {
  return { before: 0, cells: some.map((peer) => ({ peer, count: 100, accounts, latencyMs: 0 })) };
}

const often = { few: 1, many: 3 } as const;

export interface MatrixOptions {
  readonly counts: readonly number[];
  readonly peers: readonly Peer[];
  readonly accounts: readonly Accounts[];
  readonly latencies: readonly number[];
}

/** Every cell of these, the cheapest first, so that a run that is cut off has whole rows. */
export function cells(options: MatrixOptions): Cell[] {
  return options.counts
    .toSorted((a, b) => a - b)
    .flatMap((count) => options.latencies.flatMap((latencyMs) => cellsOf(count, latencyMs, options)));
}

function cellsOf(count: number, latencyMs: number, options: MatrixOptions): Cell[] {
  return options.accounts.flatMap((accounts) =>
    peers
      .filter((peer) => options.peers.includes(peer) && isOfInterest(peer, count, accounts, latencyMs))
      .map((peer) => ({ peer, count, accounts, latencyMs })),
  );
}

/** Latency makes no difference to the floors, which ask nobody. One integration is the same in both kinds of accounts. */
function isOfInterest(peer: Peer, count: number, accounts: Accounts, latencyMs: number): boolean {
  return (count > 1 || accounts === "one") && (latencyMs === 0 || !isFloor(peer));
}

/** How often a cell is measured: of the largest once, since a full run takes long enough. */
export function repetitionsOf({ count }: Cell): number {
  return count >= 2_000 ? often.few : often.many;
}

/**
 * The rounds that are still to be made: all peers that are wanted of a situation in each, since ratios are of peers that were measured in
 * turn. So a round without one of them does not count.
 */
export function outstanding(
  wanted: readonly Cell[],
  made: readonly Pass[],
  repetitions: (cell: Cell) => number = repetitionsOf,
): Round[] {
  return situations(wanted).flatMap((situation) => {
    const [cell] = situation as [Cell];
    const whole = roundsOf(made, cell).filter((round) => hasAll(round, situation)).length;
    const missing = Math.max(0, repetitions(cell) - whole);
    return Array.from({ length: missing }, (_, index) => ({ before: whole + index, cells: situation }));
  });
}

function hasAll(round: readonly Pass[], wanted: readonly Cell[]): boolean {
  return wanted.every(({ peer }) => round.some((pass) => pass.peer === peer));
}

/** The cells by what is the same for all peers. */
function situations(wanted: readonly Cell[]): Cell[][] {
  const groups = new Map<string, Cell[]>();
  for (const cell of wanted) {
    const key = `${cell.count} ${cell.latencyMs} ${cell.accounts}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
}
