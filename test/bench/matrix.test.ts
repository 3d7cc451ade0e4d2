import { describe, expect, test } from "@jest/globals";
import { cells, outstanding, quickRounds, repetitionsOf } from "../../bench/matrix.mts";
import type { Cell, Pass } from "../../bench/results.mts";

const everything = {
  counts: [1_000, 1],
  peers: ["straightforward", "straightforward-package", "dynamic", "plugin", "nothing", "nothing-dynamic"],
  accounts: ["one", "each"],
  latencies: [0, 80],
} as const;

describe("cells", () => {
  test.each(["nothing", "nothing-dynamic"] as const)(
    "%s, which asks nobody, is measured without latency",
    (peer) => {
      expect(cells(everything).filter((cell) => cell.peer === peer)).toEqual([
        { peer, count: 1, accounts: "one", latencyMs: 0 },
        { peer, count: 1_000, accounts: "one", latencyMs: 0 },
        { peer, count: 1_000, accounts: "each", latencyMs: 0 },
      ]);
    },
  );

  test("the smallest stacks come first", () => {
    const counts = cells(everything).map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  test("one integration has the same account either way", () => {
    const single = cells(everything).filter(({ count }) => count === 1);
    expect(new Set(single.map(({ accounts }) => accounts))).toEqual(new Set(["one"]));
  });

  test("what was not asked for is left out", () => {
    const some = cells({ ...everything, peers: ["plugin"], accounts: ["each"], latencies: [80] });
    expect(some).toEqual([{ peer: "plugin", count: 1_000, accounts: "each", latencyMs: 80 }]);
  });
});

test("a quick run has all that no noise can move: every peer, and an account each of both front ends", () => {
  const [one, each, ...others] = quickRounds.map(({ cells }) => ({
    accounts: [...new Set(cells.map(({ accounts }) => accounts))],
    peers: cells.map(({ peer }) => peer),
  }));
  expect(one).toEqual({ accounts: ["one"], peers: everything.peers });
  expect(each).toEqual({ accounts: ["each"], peers: ["dynamic", "plugin"] });
  expect(others).toEqual([]);
});

describe("outstanding", () => {
  const two: Cell[] = [
    { peer: "dynamic", count: 100, accounts: "one", latencyMs: 0 },
    { peer: "plugin", count: 100, accounts: "one", latencyMs: 0 },
  ];
  const [dynamic, plugin] = two as [Cell, Cell];
  const roundOf = (startedAt: string, ...cells: Cell[]) =>
    cells.map((cell) => ({ ...cell, startedAt }) as Pass);

  test("rounds have all peers, and the number of those before them, which turns their order", () => {
    expect(outstanding(two, [])).toEqual([
      { before: 0, cells: two },
      { before: 1, cells: two },
      { before: 2, cells: two },
    ]);
  });

  test("what was made is not made again", () => {
    const made = roundOf("a", ...two);
    expect(outstanding(two, made)).toEqual([
      { before: 1, cells: two },
      { before: 2, cells: two },
    ]);
    expect(outstanding(two, [...made, ...roundOf("b", ...two), ...roundOf("c", ...two)])).toEqual([]);
  });

  test("a round without one of the peers does not count, since ratios are of what was measured in turn", () => {
    const apart = [...roundOf("a", dynamic), ...roundOf("b", plugin)];
    expect(outstanding(two, apart, () => 1)).toEqual([{ before: 0, cells: two }]);
    expect(outstanding([plugin], apart, () => 1)).toEqual([]);
  });

  test("rounds of another size, other accounts or another latency do not count", () => {
    const others = [
      { ...dynamic, count: 500 },
      { ...dynamic, accounts: "each" },
      { ...dynamic, latencyMs: 80 },
    ] as Cell[];
    expect(outstanding([dynamic], roundOf("a", ...others))).toHaveLength(repetitionsOf(dynamic));
  });

  test("another number of repetitions can be asked for", () => {
    expect(outstanding(two, [], () => 1)).toEqual([{ before: 0, cells: two }]);
    expect(outstanding(two, roundOf("a", ...two), () => 1)).toEqual([]);
  });

  test("a size is finished before the next one begins", () => {
    const sizes = [100, 500].map((count) => ({ ...dynamic, count }));
    expect(outstanding(sizes, []).map(({ cells: [cell] }) => cell?.count)).toEqual([
      100, 100, 100, 500, 500, 500,
    ]);
  });
});
