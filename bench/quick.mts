// What a few minutes allow, which fails where targets are missed that no noise can move.
import { ensureEngine } from "../scripts/engine/ensure.mts";
import { sweep } from "./engine/sweep.mts";
import { efforts, measureFigures } from "./figures/figures.mts";
import { thisMachine } from "./machine.mts";
import { quickRounds } from "./matrix.mts";
import { summary } from "./report/summary.mts";
import type { Results } from "./results.mts";
import { nameOf, nothingOf, roundStep, step } from "./step.mts";
import { failures, verdictsOn } from "./verdicts.mts";

/** @throws Error when such targets are missed */
export async function quick(): Promise<void> {
  const engine = await ensureEngine();
  let results: Results = {
    ...nothingOf(thisMachine(engine)),
    figures: await step("figures", () => measureFigures(efforts.quick)),
    sweeps: [await step("sweep of 300 merchants", () => sweep(engine, 300, 0))],
  };
  for (const round of quickRounds) {
    const made = await roundStep(nameOf(round.cells), engine, round);
    results = { ...results, passes: [...results.passes, ...made] };
  }
  const verdicts = verdictsOn(results);
  console.log(`\n${summary(verdicts)}`);
  const failed = failures(verdicts);
  if (failed.length > 0) {
    const names = failed.map(({ name }) => name).join("; ");
    throw new Error(`${failed.length} targets are missed that no noise can move: ${names}`);
  }
}
