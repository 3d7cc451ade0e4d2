import { describe, expect, test } from "@jest/globals";
import { judge, judgedAt, judgeMedian, worst } from "../../bench/verdicts/verdict.mts";
import { failures, type Verdict } from "../../bench/verdicts.mts";

describe("repetitions", () => {
  const target = {
    about: "a",
    name: "n",
    bound: "at most",
    limit: 2,
    unit: "times",
    movable: true,
  } as const;

  test("are judged by their median, and the verdict says between what they lie", () => {
    expect(judgeMedian(target, [1, 3, 2])).toMatchObject({
      measured: 2,
      passed: true,
      spread: { low: 1, high: 3 },
    });
    expect(judgeMedian(target, [1, 3, 2])).not.toHaveProperty("once");
    expect(judgeMedian(target, []).passed).toBeUndefined();
  });

  test("one alone lies between nothing, and of what noise can move the verdict says so", () => {
    expect(judgeMedian(target, [3])).not.toHaveProperty("spread");
    expect(judgeMedian(target, [3])).toMatchObject({ once: true });
    expect(judgeMedian({ ...target, movable: false }, [3])).not.toHaveProperty("once");
  });
});

test("targets are judged at all sizes of a full run, and at what else was measured", () => {
  expect(judgedAt([])).toEqual([1, 100, 500, 1000, 2000]);
  expect(judgedAt([100, 50, 300], 60)).toEqual([100, 300, 500, 1000, 2000]);
});

describe("bounds", () => {
  const target = { about: "a", name: "n", limit: 10, unit: "requests", movable: false } as const;

  test.each([
    ["at most", 10, true],
    ["at most", 11, false],
    ["at least", 10, true],
    ["at least", 9, false],
    ["under", 9, true],
    ["under", 10, false],
    ["exactly", 10, true],
    ["exactly", 9, false],
    ["exactly", 11, false],
  ] as const)("%s 10: %p is %p", (bound, measured, passed) => {
    expect(judge({ ...target, bound }, measured)).toMatchObject({
      measured,
      passed,
      target: `${bound} 10`,
    });
  });

  test("of what has to hold in every repetition, the value furthest on the bad side counts", () => {
    expect(worst([9, 12, 8], "at most", 10)).toBe(12);
    expect(worst([9, 12, 8], "at least", 10)).toBe(8);
    expect(worst([10, 11, 7], "exactly", 10)).toBe(7);
    expect(worst([], "exactly", 10)).toBeUndefined();
  });
});

test("failures are what was missed and no noise can move", () => {
  const verdict = { about: "a", name: "n", bound: "at most", limit: 1, unit: "times", target: "" } as const;
  const of = (movable: boolean, passed: boolean | undefined): Verdict => ({
    ...verdict,
    movable,
    passed,
    measured: passed === undefined ? undefined : 2,
  });
  const failed = of(false, false);
  expect(failures([of(true, false), of(false, true), failed, of(false, undefined)])).toEqual([failed]);
});
