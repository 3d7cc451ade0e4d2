import { beforeEach, describe, expect, test } from "@jest/globals";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

/** Reads the integrations with these numbers in this order, eight at a time as the engine does. Returns the number of requests. */
async function refresh(numbers: readonly number[]): Promise<{ lists: number; gets: number; all: number }> {
  const process = stage.process();
  const rest = [...numbers];
  const worker = async () => {
    for (let number = rest.shift(); number !== undefined; number = rest.shift()) {
      const id = `seed-${number}`;
      const result = await process.read(id, { externalBusinessId: id });
      expect(result?.outputs).toMatchObject({ externalBusinessId: id, connectedTagId: String(number) });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const { list, get } = stage.emulator.counters().operations;
  // The number of pages is limited for any reads in any order.
  expect(list).toBeLessThanOrEqual(1 + (numbers.length - get) + Math.floor(get / 8));
  return { lists: list, gets: get, all: list + get };
}

const seed = (count: number) =>
  stage.emulator.seed(count, { fields: (number) => ({ connected_tag_id: String(number) }) });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** The same order in every run. */
function shuffled(numbers: readonly number[], start = 42): number[] {
  let state = start;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  return numbers
    .map((number) => ({ number, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ number }) => number);
}

describe.each(["oldest", "newest"] as const)("with a list that begins with the %s", (listOrder) => {
  beforeEach(() => {
    stage.emulator.setSwitches({ listOrder });
  });
  const inListOrder = (numbers: number[]) => (listOrder === "oldest" ? numbers : [...numbers].reverse());

  test("1,000 of 1,000 in the list's order take 4 requests", async () => {
    seed(1000);
    expect(await refresh(inListOrder(upTo(1000)))).toEqual({ lists: 4, gets: 0, all: 4 });
  });

  test("1,000 of 1,000 in the opposite order take 4 pages, and 8 single reads for each page that lacked them", async () => {
    seed(1000);
    expect(await refresh(inListOrder(upTo(1000)).reverse())).toEqual({ lists: 4, gets: 24, all: 28 });
  });

  test("1,000 of 1,000 in any order take 4 pages and at most a few single reads", async () => {
    seed(1000);
    const { lists, gets } = await refresh(shuffled(upTo(1000)));
    expect(lists).toBe(4);
    expect(gets).toBeLessThanOrEqual(24);
  });

  test.each([[[1, 2500, 5000]], [[5000, 1, 2]], [[4999, 5000, 2500]]])(
    "%j of 5,000 take at most 5 requests",
    async (numbers) => {
      seed(5000);
      expect((await refresh(numbers)).all).toBeLessThanOrEqual(5);
    },
  );

  test("300 of 1,000 take at most 304, wherever they are", async () => {
    for (const numbers of [upTo(300), upTo(1000).slice(-300), shuffled(upTo(1000)).slice(0, 300)]) {
      stage.emulator.reset();
      stage.emulator.setSwitches({ listOrder });
      seed(1000);
      expect((await refresh(numbers)).all).toBeLessThanOrEqual(304);
    }
  });
});

test.each(["half", "empty"] as const)(
  "with pages that are %s the list is still used to its end",
  async (shortPages) => {
    stage.emulator.setSwitches({ shortPages });
    seed(1000);
    expect(await refresh(upTo(1000))).toMatchObject({ gets: 0 });
  },
);

test.each([1, 2])("any %s of many in any order never take more pages than allowed", async (start) => {
  for (const listOrder of ["oldest", "newest"] as const) {
    for (const count of [1, 5, 50, 500]) {
      stage.emulator.reset();
      stage.emulator.setSwitches({ listOrder, shortPages: start % 2 === 0 ? "half" : "off" });
      seed(1500);
      // Half of them are close together, as those of a program are in a list.
      const numbers = shuffled(upTo(1500), start).slice(0, count);
      await refresh(numbers.map((number, index) => (index % 2 === 0 ? number : 600 + index)));
    }
  }
});

test("the list replaces the read of an account's only integration", async () => {
  seed(1);
  expect(await refresh([1])).toEqual({ lists: 1, gets: 0, all: 1 });
});
