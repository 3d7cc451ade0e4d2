import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { sequence } from "./arbitraries";
import { Pinterest } from "./pinterest";
import { play } from "./story";

// MODEL_RUNS is how many sequences are played, MODEL_SEED which ones ("any" for others each time). A failure prints seed
// and path of the shortest sequence that fails: MODEL_SEED and MODEL_PATH play that one again. With MODEL_SHRINK=no the first
// one that fails is not made shorter.
const { MODEL_RUNS = "300", MODEL_SEED = "1", MODEL_PATH, MODEL_SHRINK } = process.env;

let pinterest: Pinterest;

beforeAll(async () => {
  pinterest = await Pinterest.open();
});
afterAll(() => pinterest.emulator.stop());

test("whatever a program, strangers, faults and kills do, the provider keeps its promises", async () => {
  const played = await fc.check(
    fc.asyncProperty(sequence, (given) => play(pinterest, given)),
    {
      numRuns: Number(MODEL_RUNS),
      endOnFailure: MODEL_SHRINK === "no",
      ...(MODEL_SEED === "any" ? {} : { seed: Number(MODEL_SEED) }),
      ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
    },
  );
  if (played.failed) {
    throw new Error(await fc.asyncDefaultReportMessage(played), { cause: played.errorInstance });
  }
  expect(played.numRuns).toBe(Number(MODEL_RUNS));
}, 300_000);
