import { type Accounts, type Cell, isFloor, type Pass, type Peer, peers } from "./results.mts";
import { passesOf } from "./select.mts";

/** All sizes of stacks that are measured. */
export const allCounts = [1, 100, 500, 1_000, 2_000] as const;

/** How long the emulator waits with each answer, in milliseconds: not at all, and what a service on another continent may take. */
export const latencies = [0, 80] as const;

/** What a few minutes allow: all that is counted rather than timed, and the times at 100 as a hint. */
export const quickCells: readonly Cell[] = [
  ...peers.map((peer): Cell => ({ peer, count: 100, accounts: "one", latencyMs: 0 })),
  { peer: "dynamic", count: 100, accounts: "each", latencyMs: 0 },
  { peer: "plugin", count: 100, accounts: "each", latencyMs: 0 },
];

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
 * The passes that are still to be made, the peers of a situation in turn, each round begun by another: what changes on the machine
 * meanwhile meets all of them, and nobody always follows the same one.
 */
export function outstanding(
  wanted: readonly Cell[],
  made: readonly Pass[],
  repetitions: (cell: Cell) => number = repetitionsOf,
): Cell[] {
  const rounds = Math.max(0, ...wanted.map(repetitions));
  return situations(wanted).flatMap((situation) =>
    Array.from({ length: rounds }, (_, round) =>
      rotated(situation, round).filter(
        (cell) => round < repetitions(cell) && round >= passesOf({ passes: made }, cell).length,
      ),
    ).flat(),
  );
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
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
