// A part of the measurements.

import type { Engine } from "../engine/ensure.mts";
import { codeFingerprint } from "./code.mts";
import { pass } from "./engine/pass.mts";
import { passLine } from "./report/pass-line.mts";
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

/** A pass, said in short when it is made. */
export async function passStep(name: string, engine: Engine, cell: Cell): Promise<Pass> {
  const made = await step(name, () => pass(engine, cell));
  console.log(`  ${passLine(made)}`);
  return made;
}

export function nameOf({ peer, count, accounts, latencyMs }: Cell): string {
  return `${peer}, ${count} of ${spreadOver[accounts]}, ${latencyMs} ms`;
}

export function nothingOf(machine: Machine): Results {
  return { version: 2, machine, passes: [], sweeps: [] };
}
