import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { RateWindow } from "../../provider/pinterest/rate/window";

test("with nothing under way there is always a moment at which one more request fits, and then it does", () => {
  const happenings = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 2_000 }),
      remaining: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
      resetMs: fc.integer({ min: 0, max: 10_000 }),
      refused: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), happenings, (quota, all) => {
      const window = new RateWindow({ name: "a", quota, widthMs: 5_000 });
      let now = 0;
      for (const { after, remaining, resetMs, refused } of all) {
        now += after;
        window.answered(now);
        if (remaining !== undefined) window.believe(Math.min(remaining, quota), resetMs, 0, now);
        if (refused) window.useLess(now, now + resetMs);
        const at = window.fitsAt(0, now);
        expect(at).toBeGreaterThanOrEqual(now);
        expect(at).toBeLessThan(now + 20_000);
        now = at;
        expect(window.fitsAt(0, now)).toBe(now);
      }
    }),
  );
});

test("where the end of what others use makes room alone, one more request fits then", () => {
  const window = new RateWindow({ name: "a", quota: 400, widthMs: 60_000 });
  for (let n = 0; n < 20; n += 1) window.answered(0);
  window.believe(0, 1_000, 0, 0);
  expect(window.fitsAt(0, 0)).toBe(1_000);
});

test.each([
  ["a minute", 60_000, 60_000],
  ["a second", 1_000, 1_000],
  ["a day, by the minute,", 86_400_000, 60_000],
])(
  "of a limit of %s that was met, seven tenths are used, and a tenth more after each time without another refusal",
  (_name, widthMs, stepMs) => {
    const window = new RateWindow({ name: "a", quota: 100, widthMs });
    window.useLess(0, 5_000);
    const after = (steps: number) => window.quotaAt(5_000 + steps * stepMs);
    expect([window.quotaAt(0), after(0), after(1), after(2.9), after(3), after(99)]).toEqual([
      70, 70, 80, 90, 100, 100,
    ]);
    window.useLess(5_000 + stepMs, 5_000 + stepMs);
    expect(after(1)).toBe(56);
  },
);

test("of a limit of one request, one is used however often it is met", () => {
  const window = new RateWindow({ name: "a", quota: 1, widthMs: 60_000 });
  window.useLess(0, 0);
  expect(window.quotaAt(0)).toBe(1);
});
