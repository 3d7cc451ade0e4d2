import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { sequence } from "./arbitraries";
import { Pinterest } from "./pinterest";
import { play } from "./story";

/**
 * Adds a test that plays random sequences. If one fails, it prints the seed and path of the shortest sequence that fails.
 *
 * Environment variables override the defaults: MODEL_RUNS is the number of sequences, and MODEL_SEED chooses them ("any": others each
 * time). MODEL_PATH replays one. With MODEL_SHRINK=no, the first sequence that fails is not shortened.
 */
export function testSequences(defaults: { readonly runs: number; readonly seed: number }): void {
  const { MODEL_RUNS, MODEL_SEED, MODEL_PATH, MODEL_SHRINK } = process.env;
  const runs = Number(MODEL_RUNS ?? defaults.runs);
  const seed = MODEL_SEED ?? defaults.seed;
  let pinterest: Pinterest;

  beforeAll(async () => {
    pinterest = await Pinterest.open();
  });
  afterAll(() => pinterest.emulator.stop());

  test(`the provider keeps its promises in ${runs} sequences of programs, drift, faults and kills (seed ${seed})`, async () => {
    const played = await fc.check(
      fc.asyncProperty(sequence, (given) => play(pinterest, given)),
      {
        numRuns: runs,
        endOnFailure: MODEL_SHRINK === "no",
        ...(seed === "any" ? {} : { seed: Number(seed) }),
        ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
      },
    );
    if (played.failed) {
      throw new Error(await fc.asyncDefaultReportMessage(played), { cause: played.errorInstance });
    }
    expect(played.numRuns).toBe(runs);
  }, 300_000);
}
