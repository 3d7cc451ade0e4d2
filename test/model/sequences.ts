import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc, { type Arbitrary } from "fast-check";
import { forgetRuns, isolateRuns } from "../fake-engine/run-records";
import { Pinterest } from "./pinterest";
import { playOnFakeEngine } from "./play";
import { modelSeed } from "./seed";
import type { Sequence } from "./sequence";
import type { Check } from "./world";

/** Random sequences, and how to run them. */
interface Sequences {
  /** The test's name, without the number of sequences. */
  readonly title: string;
  /** The number of sequences in Jest's project `slow`. The unit tests run a tenth of them. */
  readonly runs: number;
  readonly sequences: Arbitrary<Sequence>;
  readonly check: Check;
}

/**
 * Adds a test that runs random sequences. If one fails, the test prints the seed and path of the shortest failing sequence.
 *
 * Environment variables override the defaults. MODEL_RUNS: the number of sequences. MODEL_SEED: the seed, or "any" for a different one each
 * time. MODEL_PATH: the path of a sequence to replay. MODEL_SHRINK=no: do not shorten the first failing sequence.
 */
export function testSequences({ title, sequences, check, runs: slowRuns }: Sequences): void {
  const { MODEL_RUNS, MODEL_PATH, MODEL_SHRINK } = process.env;
  const isSlow = (globalThis as { isSlow?: boolean }).isSlow === true;
  const runs = Number(MODEL_RUNS ?? (isSlow ? slowRuns : slowRuns / 10));
  const seed = modelSeed();
  let pinterest: Pinterest;
  let endIsolation: () => void;

  beforeAll(async () => {
    endIsolation = isolateRuns();
    pinterest = await Pinterest.open();
  });
  afterAll(async () => {
    await pinterest.emulator.stop();
    endIsolation();
  });

  test(
    `${title} ${runs} sequences (seed ${seed})`,
    async () => {
      const result = await fc.check(
        fc.asyncProperty(sequences, (sequence) => {
          forgetRuns();
          return playOnFakeEngine(pinterest, sequence, check);
        }),
        {
          numRuns: runs,
          seed,
          endOnFailure: MODEL_SHRINK === "no",
          ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
        },
      );
      if (result.failed) {
        throw new Error(await fc.asyncDefaultReportMessage(result), { cause: result.errorInstance });
      }
      expect(result.numRuns).toBe(runs);
    },
    Math.max(300_000, runs * 1000),
  );
}
