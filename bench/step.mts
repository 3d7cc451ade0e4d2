// A part of the measurements.

import type { Engine } from "../scripts/engine/ensure.mts";
import { codeFingerprint } from "./code.mts";
import { type Round, round } from "./engine/round.mts";
import { commandLine } from "./report/command-line.mts";
import type { Cell, Machine, Origin, Pass, Results } from "./results.mts";
import { spreadOver } from "./text.mts";

/** The fingerprint of the code that is measured. */
export const code = codeFingerprint();

/**
 * Does a part of the measurements, and says so before it, which may take minutes, and after; and keeps when, and of what code.
 * @throws Error when the code changed meanwhile
 */
export async function step<T extends object>(name: string, work: () => Promise<T>): Promise<T & Origin> {
  console.log(`${name} …`);
  const startedAt = new Date().toISOString();
  const from = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  if (codeFingerprint() !== code) {
    throw new Error(`the code changed while this was measured, which is thrown away: ${name}`);
  }
  return { startedAt, code, ...result };
}

/** The passes of a round; of each command it is said in short when it has ended. */
export async function roundStep(name: string, engine: Engine, wanted: Round): Promise<Pass[]> {
  const { passes, ...origin } = await step(name, async () => ({
    passes: await round(engine, wanted, (workload, cell, figures) =>
      console.log(`  ${commandLine(workload, cell, figures)}`),
    ),
  }));
  return passes.map((made) => ({ ...origin, ...made }));
}

/** Of a round. */
export function nameOf(cells: readonly Cell[]): string {
  const [{ count, accounts, latencyMs }] = cells as [Cell];
  const all = cells.map(({ peer }) => peer).join(", ");
  return `${count} of ${spreadOver[accounts]}, ${latencyMs} ms: ${all}`;
}

export function nothingOf(machine: Machine): Results {
  return { version: 4, machine, passes: [], sweeps: [] };
}
