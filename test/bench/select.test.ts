import { describe, expect, test } from "@jest/globals";
import type { Pass, Peer } from "../../bench/results.mts";
import {
  commonCounts,
  countsOf,
  largestCommonCount,
  medianOf,
  passesOf,
  passesWith,
  peakOf,
  plain,
  ratiosByRound,
  ratioToFloor,
  requestCount,
  roundsOf,
  situationsOf,
  stateOf,
  valuesOf,
  wallMs,
  wallMsOf,
} from "../../bench/select.mts";
import { fullResults, inRounds, pass, results, withCommand } from "./helpers/results";

const cell = { peer: "plugin", count: 100, ...plain } as const;

/** A pass whose `up` took so long. */
function lasting(peer: Peer, milliseconds: number, count = 100): Pass {
  return withCommand(pass({ ...cell, peer, count }), "up", { wallMs: milliseconds });
}

describe("the passes of a cell", () => {
  test("are those that agree in peer, count, accounts and latency", () => {
    const own = pass(cell);
    const others = [
      pass({ ...cell, peer: "dynamic" }),
      pass({ ...cell, count: 1000 }),
      pass({ ...cell, accounts: "each" }),
      pass({ ...cell, latencyMs: 80 }),
    ];
    expect(passesOf(results([...others, own, own]), cell)).toEqual([own, own]);
  });

  test("can be asked for by a part of the cell", () => {
    const passes = [pass(cell), pass({ ...cell, latencyMs: 80 }), pass({ ...cell, accounts: "each" })];
    expect(passesWith(results(passes), { peer: "plugin", accounts: "one" })).toEqual(passes.slice(0, 2));
  });
});

describe("figures", () => {
  const measured = results([lasting("plugin", 900), lasting("plugin", 100), lasting("plugin", 200)]);

  test("are those of the workload, a value a repetition, and their median", () => {
    expect(valuesOf(measured, cell, "up", wallMs)).toEqual([900, 100, 200]);
    expect(medianOf(measured, cell, "up", wallMs)).toBe(200);
    expect(medianOf(measured, cell, "destroy", wallMs)).toBe(pass(cell).commands.destroy.wallMs);
  });

  test("are missing where nothing was measured", () => {
    expect(medianOf(measured, { ...cell, count: 5 }, "up", wallMs)).toBeUndefined();
    expect(peakOf(measured, { ...cell, count: 5 })).toBeUndefined();
    expect(stateOf(measured, { ...cell, count: 5 })).toBeUndefined();
  });

  test("requests are those of all operations together", () => {
    expect(requestCount({ requests: { list: 4, get: 10 } })).toBe(14);
    expect(requestCount({ requests: {} })).toBe(0);
  });

  test("the peak is that of whichever command took most", () => {
    const peak = (bytes: number) => withCommand(pass(cell), "change", { providerPeakBytes: bytes });
    expect(peakOf(results([peak(3e9), peak(1e9), peak(2e9)]), cell)).toBe(2e9);
  });

  test("state is the median of bytes a resource", () => {
    const of = (bytesAResource: number) => pass(cell, { state: { bytesAResource, providerTextBytes: 0 } });
    expect(stateOf(results([of(500), of(100), of(200)]), cell)).toBe(200);
  });

  test("the ratio to the floor is of the same rounds, count and accounts", () => {
    const floors = [300, 100, 50].map((milliseconds) => lasting("nothing", milliseconds));
    const others = [lasting("nothing", 1, 1000), { ...lasting("nothing", 1), accounts: "each" as const }];
    const given = results(inRounds([...others, ...measured.passes, ...floors]));
    // 900 of 300, 100 of 100 and 200 of 50.
    expect(ratioToFloor(given, cell, "up")).toBe(3);
    expect(ratioToFloor(measured, cell, "up")).toBeUndefined();
  });
});

describe("rounds", () => {
  const at = (peer: Peer, startedAt: string, milliseconds: number) => ({
    ...lasting(peer, milliseconds),
    startedAt: `2031-05-01T${startedAt}:00.000Z`,
  });

  test("are what began together, of one situation", () => {
    const [first, second, other] = [
      at("plugin", "10:00", 1),
      at("plugin", "11:00", 1),
      at("dynamic", "11:00", 1),
    ];
    const elsewhere = { ...at("nothing", "10:00", 1), accounts: "each" as const };
    expect(roundsOf([first, elsewhere, second, other], cell)).toEqual([[first], [second, other]]);
  });

  test("have ratios where both were measured in them", () => {
    const passes = [
      at("plugin", "10:00", 20),
      at("plugin", "11:00", 30),
      at("nothing", "11:00", 10),
      at("nothing", "12:00", 5),
    ];
    expect(ratiosByRound(results(passes), cell, "nothing", wallMsOf("up"))).toEqual([3]);
  });
});

describe("counts", () => {
  const counted = (peer: Peer, ...counts: number[]) => counts.map((count) => pass({ ...cell, peer, count }));

  test("are those of the situation, ascending, each once", () => {
    const given = results([
      ...counted("plugin", 1000, 20, 1000, 100),
      pass({ ...cell, latencyMs: 80, count: 7 }),
    ]);
    expect(countsOf(given, "plugin", plain)).toEqual([20, 100, 1000]);
  });

  test("in common are those of every peer, not the largest of one", () => {
    const given = results([...counted("plugin", 100, 1000, 2000), ...counted("dynamic", 100, 1000, 5000)]);
    expect(commonCounts(given, ["plugin", "dynamic"], plain)).toEqual([100, 1000]);
    expect(largestCommonCount(given, ["plugin", "dynamic"], plain)).toBe(1000);
    expect(largestCommonCount(given, ["plugin", "nothing"], plain)).toBeUndefined();
  });
});

test("situations are found, the plain one first", () => {
  expect(situationsOf(fullResults())).toEqual([
    { accounts: "one", latencyMs: 0 },
    { accounts: "one", latencyMs: 80 },
    { accounts: "each", latencyMs: 0 },
  ]);
});
