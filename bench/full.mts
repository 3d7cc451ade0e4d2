// All that was asked for, kept as it is measured.
import { ensureEngine } from "../scripts/engine/ensure.mts";
import { earlierResults } from "./earlier.mts";
import { sweep } from "./engine/sweep.mts";
import { efforts, measureFigures } from "./figures/figures.mts";
import { thisMachine } from "./machine.mts";
import { allCounts, cells, latencies, outstanding } from "./matrix.mts";
import type { Options } from "./options.mts";
import type { Cell, Results } from "./results.mts";
import { keepBefore, writeResults } from "./results-file.mts";
import { measurements } from "./select.mts";
import { code, nameOf, nothingOf, roundStep, step } from "./step.mts";

/**
 * Measures into a file.
 * @throws Error when there is nothing to measure, or what the file has cannot be gone on with
 */
export async function full(options: Options, file: string): Promise<Results> {
  const { resume, figures, merchants, latency, repetitions, hours = Number.POSITIVE_INFINITY } = options;
  const end = performance.now() + hours * 3_600_000;
  const engine = await ensureEngine();
  const machine = thisMachine(engine);
  const wanted = wantedBy(options);
  const earlier = resume ? earlierResults(file, machine, code) : undefined;
  if (resume && earlier === undefined)
    console.log(`There is no ${file} to go on with: measuring from the beginning.`);
  let results = earlier ?? nothingOf(machine);
  let isOther = earlier === undefined;
  const keep = (more: Partial<Results>): void => {
    results = { ...results, ...more };
    // Not before there is something in its place.
    if (isOther) keepBefore(file);
    isOther = false;
    writeResults(file, results);
  };
  const inTime = () => performance.now() <= end;
  if (figures && results.figures === undefined && inTime()) {
    keep({ figures: await step("figures", () => measureFigures(efforts.full)) });
  }
  const isSwept = (latencyMs: number) =>
    results.sweeps.some((made) => made.merchants === merchants && made.latencyMs === latencyMs);
  for (const latencyMs of latency ?? latencies) {
    if (merchants === 0 || !inTime() || isSwept(latencyMs)) continue;
    const name = `sweep of ${merchants} merchants, ${latencyMs} ms`;
    const made = await step(name, () => sweep(engine, merchants, latencyMs));
    keep({ sweeps: [...results.sweeps, made] });
  }
  const toCome = outstanding(
    wanted,
    results.passes,
    repetitions === undefined ? undefined : () => repetitions,
  );
  for (const [index, round] of toCome.entries()) {
    if (!inTime()) {
      console.log(
        `Out of time: ${toCome.length - index} rounds are left; the same options with --resume go on with them.`,
      );
      break;
    }
    const name = `${index + 1} of ${toCome.length}: ${nameOf(round.cells)}`;
    const made = await roundStep(name, engine, round);
    keep({ passes: [...results.passes, ...made] });
  }
  if (measurements(results).length === 0) throw new Error("out of time before anything was measured");
  return results;
}

function wantedBy({ count, peer, accounts, latency }: Options): readonly Cell[] {
  const wanted = cells({
    counts: count ?? allCounts,
    peers: peer,
    accounts,
    latencies: latency ?? latencies,
  });
  if (wanted.length > 0) return wanted;
  throw new Error(
    "there is nothing of that to measure: the floors are measured without latency only, " +
      "and one integration has one account",
  );
}
