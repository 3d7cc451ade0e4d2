import { describe, expect, test } from "@jest/globals";
import { commandOrder, inTurn } from "../../bench/engine/turns.mts";
import { peers } from "../../bench/results.mts";

const turns = [0, 1, 2, 3, 4, 5] as const;

describe("turns", () => {
  const values = ["a", "b", "c", "d", "e"];
  const orders = turns.map((turn) => inTurn(values, turn));

  test("have all of them each time, begun by each of them in turn", () => {
    for (const order of orders) expect(order.toSorted()).toEqual(values);
    expect(orders.map(([first]) => first)).toEqual(["a", "b", "c", "d", "e", "a"]);
  });

  test("have nobody always after the same one", () => {
    const before = (value: string) =>
      new Set(orders.map((order) => order[order.indexOf(value) - 1]).filter((other) => other !== undefined));
    for (const value of values) expect(before(value).size).toBe(2);
  });

  test("may be of one, or of none", () => {
    expect(turns.map((turn) => inTurn(["a"], turn))).toEqual(turns.map(() => ["a"]));
    expect(inTurn([], 1)).toEqual([]);
  });
});

test("two rounds one after the other have each command begun by another", () => {
  const some = peers.filter((peer) => peer !== "straightforward").map((peer) => ({ cell: { peer } }));
  const firsts = (before: number) => turns.map((index) => commandOrder(some, before + index)[0]?.cell.peer);
  for (const [index, first] of firsts(0).entries()) expect(firsts(1)[index]).not.toBe(first);
});

test("straightforward's minutes lie between no two of the others", () => {
  const stacks = peers.map((peer) => ({ cell: { peer } }));
  for (const turn of turns) expect(commandOrder(stacks, turn).at(-1)?.cell.peer).toBe("straightforward");
  expect(commandOrder(stacks, 1)).toHaveLength(peers.length);
});
