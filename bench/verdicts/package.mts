// What it takes to install and to load the package, and what its client adds to bare undici.
import type { Figures, Results } from "../results.mts";
import { judgeMedian, type Target, type Verdict } from "./verdict.mts";

type Measured = (figures: Figures) => readonly number[];

const loading = { about: "The package", bound: "at most", unit: "milliseconds", movable: true } as const;
const client = {
  about: "The package",
  bound: "at most",
  unit: "times",
  movable: true,
  note: "undici alone has no deadline, retries, rate limits, checks of answers or redaction",
} as const;
const size = { about: "The package", movable: false } as const;

const targets: readonly (readonly [Target, Measured])[] = [
  [{ ...loading, name: "time of its import", limit: 50 }, ({ importMs }) => importMs.values],
  [
    { ...client, name: "its client over undici alone, one request after the other", limit: 1.1 },
    ({ clientRatio }) => clientRatio.sequential.values,
  ],
  [
    { ...client, name: "its client over undici alone, 16 requests at once", limit: 1.1 },
    ({ clientRatio }) => clientRatio.concurrent.values,
  ],
  [
    { ...size, name: "installed packages", bound: "under", limit: 40, unit: "packages" },
    ({ installedPackages }) => [installedPackages],
  ],
  [
    { ...size, name: "size, packed", bound: "at most", limit: 2.5e6, unit: "bytes" },
    ({ packageBytes }) => [packageBytes],
  ],
];

export function packageVerdicts({ figures }: Results): Verdict[] {
  return targets.map(([target, measured]) =>
    judgeMedian(target, figures === undefined ? [] : measured(figures)),
  );
}
