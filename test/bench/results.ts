import { commands, type Measurement, peers, type Results, saves } from "../../bench/results.mts";

type Change = (measurement: Measurement) => Partial<Measurement>;

/** Measurements of every provider and command that meet all targets, except for the changes. */
export function resultsWith(change: Change = () => ({}), sizes: readonly number[] = [1_000]): Results {
  const measurements = sizes.flatMap((integrations) =>
    saves.flatMap((save) =>
      commands.flatMap((command) =>
        peers.map((peer): Measurement => {
          const each = { up: 2, preview: 0, "preview --refresh": 1, destroy: 1 }[command];
          const measurement: Measurement = {
            ...{ peer, integrations, round: 1, command, save },
            ...{ wallMs: save === "once" ? 1_000 : 20_000, cpuMs: 30_000, peakBytes: 400e6 },
            requests: peer === "nothing" ? 0 : each * integrations,
            stateBytes: command === "destroy" ? 0 : 1_300,
          };
          return { ...measurement, ...change(measurement) };
        }),
      ),
    ),
  );
  return {
    measuredOn: "2026-01-02",
    machine: { processor: "2 cores of Example", pulumi: "3.0.0" },
    importMs: 31,
    measurements,
    driftChecks: [
      { peer: "plugin", merchants: 3_000, wallMs: 8_120, cpuMs: 9_000, peakBytes: 300e6, requests: 3_000 },
    ],
  };
}
