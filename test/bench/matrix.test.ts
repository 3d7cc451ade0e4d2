import { describe, expect, test } from "@jest/globals";
import { cells, outstanding, quickCells, repetitionsOf } from "../../bench/matrix.mts";
import type { Cell, Pass } from "../../bench/results.mts";

const everything = {
  counts: [1_000, 1],
  peers: ["straightforward", "straightforward-package", "dynamic", "plugin", "nothing", "nothing-dynamic"],
  accounts: ["one", "each"],
  latencies: [0, 80],
} as const;

function made(cell: Cell): Pass {
  return cell as Pass;
}

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
  const of = (accounts: string) =>
    quickCells.filter((cell) => cell.accounts === accounts).map(({ peer }) => peer);
  expect(new Set(of("one"))).toEqual(new Set(everything.peers));
  expect(of("each").sort()).toEqual(["dynamic", "plugin"]);
});

describe("outstanding", () => {
  const two: Cell[] = [
    { peer: "dynamic", count: 100, accounts: "one", latencyMs: 0 },
    { peer: "plugin", count: 100, accounts: "one", latencyMs: 0 },
  ];

  test("peers take turns, so that what changes on the machine meets all of them, and at beginning a round", () => {
    expect(outstanding(two, []).map(({ peer }) => peer)).toEqual([
      "dynamic",
      "plugin",
      "plugin",
      "dynamic",
      "dynamic",
      "plugin",
    ]);
  });

  test("what was made is not made again", () => {
    const first = made(two[0] as Cell);
    expect(outstanding(two, [first, first]).map(({ peer }) => peer)).toEqual([
      "plugin",
      "plugin",
      "dynamic",
      "plugin",
    ]);
    expect(outstanding(two, [...two, ...two, ...two].map(made))).toEqual([]);
  });

  test("passes of another size, other accounts or another latency do not count", () => {
    const others = [
      { ...two[0], count: 500 },
      { ...two[0], accounts: "each" },
      { ...two[0], latencyMs: 80 },
    ] as Cell[];
    expect(outstanding([two[0] as Cell], others.map(made))).toHaveLength(repetitionsOf(two[0] as Cell));
  });

  test("another number of repetitions can be asked for", () => {
    expect(outstanding(two, [], () => 1)).toEqual(two);
    expect(outstanding(two, two.map(made), () => 1)).toEqual([]);
  });

  test("a size is finished before the next one begins", () => {
    const sizes = [100, 500].map((count) => ({ ...(two[0] as Cell), count }));
    expect(outstanding(sizes, []).map(({ count }) => count)).toEqual([100, 100, 100, 500, 500, 500]);
  });
});
