import { allCounts, latencies } from "../../../bench/matrix.mts";
import type { Cell, CommandFigures, Pass, Peer, Results, Workload } from "../../../bench/results.mts";
import { isFloor, peers, workloads } from "../../../bench/results.mts";

/** When everything was measured but the sweep, and of what. */
const origin = { startedAt: "2031-05-01T10:00:00.000Z", code: "0123456789ab" } as const;

/** Milliseconds that a peer takes to start a command, and for each integration. */
const pace: Readonly<Record<Peer, readonly [start: number, each: number]>> = {
  straightforward: [4000, 200],
  "straightforward-package": [3900, 30],
  dynamic: [2100, 10.5],
  plugin: [2050, 10.2],
  nothing: [2000, 10],
  "nothing-dynamic": [2050, 10.4],
};

/** The largest memory of a peer's process. */
const peak: Readonly<Record<Peer, number>> = {
  straightforward: 147e6,
  "straightforward-package": 146e6,
  dynamic: 155e6,
  plugin: 110e6,
  nothing: 60e6,
  "nothing-dynamic": 140e6,
};

/** An account each takes everybody longer, and more memory, so that who mixes the two up is found. */
const accountEach = { slower: 1.25, bytes: 20e6 } as const;

/** A pass as it should be: all targets are met, but for the memory of dynamic. */
export function pass(cell: Cell, changed: Partial<Pass> = {}): Pass {
  const { peer, latencyMs } = cell;
  const commands = Object.fromEntries(workloads.map((workload) => [workload, command(cell, workload)]));
  return {
    ...cell,
    ...origin,
    commands: commands as Record<Workload, CommandFigures>,
    state: {
      bytesAResource: {
        straightforward: 90_000,
        "straightforward-package": 5000,
        dynamic: 1400,
        plugin: 1300,
        nothing: 900,
        "nothing-dynamic": 1400,
      }[peer],
      providerTextBytes: {
        straightforward: 80_000,
        "straightforward-package": 1600,
        dynamic: 150,
        plugin: 0,
        nothing: 0,
        "nothing-dynamic": 90,
      }[peer],
    },
    ...changed,
    latencyMs,
  };
}

function command({ peer, count, accounts, latencyMs }: Cell, workload: Workload): CommandFigures {
  const [start, paceOfOne] = pace[peer];
  const each = accounts === "each" ? paceOfOne * accountEach.slower : paceOfOne;
  const pages = Math.ceil(count / 250);
  const reads = accounts === "each" || peer.startsWith("straightforward") ? { get: count } : { list: pages };
  const looks = peer.startsWith("straightforward") ? {} : { get: count };
  const sent: Readonly<Record<Workload, Record<string, number>>> = {
    up: { create: count, ...looks },
    preview: {},
    "preview-refresh": reads,
    refresh: reads,
    change: { update: count },
    destroy: { delete: count },
  };
  return {
    wallMs: start + each * count + latencyMs,
    cpuMs: start + each * count,
    providerCpuMs: each * count,
    providerPeakBytes: peak[peer] + (accounts === "each" ? accountEach.bytes : 0),
    providerProcesses: workload === "preview-refresh" ? 2 : 1,
    requests: isFloor(peer) ? {} : sent[workload],
  };
}

/** The same pass with some figures of a command changed. */
export function withCommand(given: Pass, workload: Workload, changed: Partial<CommandFigures>): Pass {
  const commands = { ...given.commands, [workload]: { ...given.commands[workload], ...changed } };
  return { ...given, commands };
}

/** Those of the same cell in rounds one after the other: the first of each, the second, and so on. */
export function inRounds(passes: readonly Pass[]): Pass[] {
  const made = new Map<string, number>();
  return passes.map((each) => {
    const cell = `${each.peer} ${each.count} ${each.accounts} ${each.latencyMs}`;
    const round = made.get(cell) ?? 0;
    made.set(cell, round + 1);
    return { ...each, startedAt: new Date(Date.parse(each.startedAt) + round * 60_000).toISOString() };
  });
}

/** Some passes, and nothing else. */
export function results(passes: readonly Pass[], others: Partial<Results> = {}): Results {
  return {
    version: 4,
    machine: {
      processor: "Example 3000",
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      system: "linux x64",
      versions: { node: "24.1.0", pulumi: "3.9.9" },
    },
    passes,
    sweeps: [],
    ...others,
  };
}

/** All that the targets are about: a pass each. */
export function fullResults(): Results {
  const plain = { accounts: "one", latencyMs: 0 } as const;
  const frontEnds = ["dynamic", "plugin"] as const;
  return results(
    [
      ...allCounts.flatMap((count) => peers.map((peer) => pass({ peer, count, ...plain }))),
      ...frontEnds.map((peer) => pass({ peer, count: 1000, accounts: "one", latencyMs: 80 })),
      ...allCounts
        .filter((count) => count > 1)
        .flatMap((count) => peers.map((peer) => pass({ peer, count, accounts: "each", latencyMs: 0 }))),
    ],
    {
      figures: {
        ...origin,
        importMs: { values: [30, 32, 31] },
        clientRatio: { sequential: { values: [1.02, 1.03] }, concurrent: { values: [1.05] } },
        packageBytes: 900_000,
        unpackedBytes: 3_000_000,
        installedPackages: 30,
        installedBytes: 20_000_000,
      },
      sweeps: latencies.map((latencyMs) => ({
        merchants: 3000,
        latencyMs,
        ...origin,
        startedAt: "2031-05-02T10:00:00.000Z",
        wallMs: 40_000 + 100 * latencyMs,
        cpuMs: 50_000,
        providerCpuMs: 20_000,
        providerPeakBytes: 200e6,
        providerProcesses: 1,
        requests: { get: 3000 },
      })),
    },
  );
}
