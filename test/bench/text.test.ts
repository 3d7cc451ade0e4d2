import { describe, expect, test } from "@jest/globals";
import { repeated } from "../../bench/report/repeated.mts";
import { bytes, duration, integrations, limit, quantityBeside, times } from "../../bench/text.mts";

describe("values", () => {
  test("have the digits that they are measured to", () => {
    expect([45.678, 123.4, 1234, 12_345, 123_456, 1_234_567].map(duration)).toEqual([
      "45.7 ms",
      "123 ms",
      "1.23 s",
      "12.3 s",
      "123 s",
      "1,235 s",
    ]);
    expect([0, 1500, 150_000, 2_500_000, 147_300_000].map(bytes)).toEqual([
      "0 bytes",
      "1,500 bytes",
      "150 kB",
      "2.50 MB",
      "147 MB",
    ]);
    expect([1.049, 16.66, 120].map(times)).toEqual(["1.05×", "16.7×", "120×"]);
  });

  test("of limits have no more than they need", () => {
    expect([limit(3, "times"), limit(1.3, "times"), limit(1.15, "times")]).toEqual(["3×", "1.3×", "1.15×"]);
    expect([limit(2.5e6, "bytes"), limit(200, "bytes"), limit(1700, "bytes")]).toEqual([
      "2.5 MB",
      "200 bytes",
      "1,700 bytes",
    ]);
    expect([limit(50, "milliseconds"), limit(60_000, "milliseconds")]).toEqual(["50 ms", "60 s"]);
  });

  test("beside a limit have as many as show on which side they are", () => {
    const beside = (value: number) => quantityBeside(value, 1.15, "times");
    expect([1.1503, 1.15, 1.14996, 1.16].map(beside)).toEqual(["1.1503×", "1.15×", "1.14996×", "1.16×"]);
    expect(quantityBeside(149.96e6, 150e6, "bytes")).toBe("149.96 MB");
    expect(quantityBeside(50.04, 50, "milliseconds")).toBe("50.04 ms");
    expect(quantityBeside(3000.2, 3000, "requests")).toBe("3,000.2");
  });

  test("of one integration are no plural", () => {
    expect([1, 100, 1000].map(integrations)).toEqual([
      "1 integration",
      "100 integrations",
      "1,000 integrations",
    ]);
  });

  test("of repetitions say between what they lie, and the unit once", () => {
    expect(repeated([12_300, 12_100, 12_600], "milliseconds")).toBe("12.3 s (12.1–12.6 s)");
    expect(repeated([900, 1100], "milliseconds")).toBe("1.00 s (900 ms–1.10 s)");
    expect(repeated([1.02, 1.06], "times")).toBe("1.04× (1.02–1.06×)");
    expect(repeated([12_300], "milliseconds")).toBe("12.3 s");
    expect(repeated([], "milliseconds")).toBe("–");
  });
});
