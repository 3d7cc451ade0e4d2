import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc, { type Arbitrary } from "fast-check";
import { Pinterest } from "./pinterest";

/** Random sequences, and how to run them. */
interface Stories<Story> {
  /** What the test shows, before the number of sequences. */
  readonly title: string;
  readonly runs: number;
  readonly seed: number;
  readonly stories: Arbitrary<Story>;
  play(pinterest: Pinterest, story: Story): Promise<void>;
}

/**
 * Adds a test that plays random sequences. If one fails, it prints the seed and path of the shortest sequence that fails.
 *
 * Environment variables override the defaults: MODEL_RUNS is the number of sequences, and MODEL_SEED chooses them ("any": others each
 * time). MODEL_PATH replays one. With MODEL_SHRINK=no, the first sequence that fails is not shortened.
 */
export function testStories<Story>({ title, stories, play, ...defaults }: Stories<Story>): void {
  const { MODEL_RUNS, MODEL_SEED, MODEL_PATH, MODEL_SHRINK } = process.env;
  const runs = Number(MODEL_RUNS ?? defaults.runs);
  const seed = MODEL_SEED ?? defaults.seed;
  let pinterest: Pinterest;

  beforeAll(async () => {
    pinterest = await Pinterest.open();
  });
  afterAll(() => pinterest.emulator.stop());

  test(`${title} ${runs} sequences (seed ${seed})`, async () => {
    const played = await fc.check(
      fc.asyncProperty(stories, (given) => play(pinterest, given)),
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
