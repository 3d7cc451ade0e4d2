import { beforeEach, describe, expect, test } from "@jest/globals";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

/** Read the integrations with these numbers in this order, eight in parallel. @returns the number of requests. */
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
  // At most one page for each read, for any reads in any order.
  expect(list).toBeLessThanOrEqual(numbers.length);
  return { lists: list, gets: get, all: list + get };
}

const seed = (count: number) =>
  stage.emulator.seed(count, { fields: (number) => ({ connected_tag_id: String(number) }) });
const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Shuffle numbers, in the same way in every run. */
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

  test("reads 1,000 of 1,000 with 4 requests, in any order", async () => {
    for (const numbers of [numbersTo(1000), numbersTo(1000).reverse(), shuffled(numbersTo(1000))]) {
      stage.emulator.reset();
      stage.emulator.setSwitches({ listOrder });
      seed(1000);
      expect(await refresh(numbers)).toEqual({ lists: 4, gets: 0, all: 4 });
    }
  });

  test.each([[[1, 2500, 5000]], [[5000, 1, 2]], [[4999, 5000, 2500]]])(
    "reads %j of 5,000 with at most 2 requests for each",
    async (numbers) => {
      seed(5000);
      expect((await refresh(numbers)).all).toBeLessThanOrEqual(6);
    },
  );

  test("reads 300 of 1,000 with at most 304 requests, at any position in the list", async () => {
    for (const numbers of [
      numbersTo(300),
      numbersTo(1000).slice(-300),
      shuffled(numbersTo(1000)).slice(0, 300),
    ]) {
      stage.emulator.reset();
      stage.emulator.setSwitches({ listOrder });
      seed(1000);
      expect((await refresh(numbers)).all).toBeLessThanOrEqual(304);
    }
  });
});

test.each(["half", "empty"] as const)("reads the list to its end if pages are %s", async (shortPages) => {
  stage.emulator.setSwitches({ shortPages });
  seed(1000);
  expect(await refresh(numbersTo(1000))).toMatchObject({ gets: 0 });
});

test.each([1, 2])(
  "reads any integrations in any order within the limit of pages (seed %s)",
  async (start) => {
    for (const listOrder of ["oldest", "newest"] as const) {
      for (const count of [1, 5, 50, 500]) {
        stage.emulator.reset();
        stage.emulator.setSwitches({ listOrder, shortPages: start % 2 === 0 ? "half" : "off" });
        seed(1500);
        // Half of the integrations are close together in the list, like those of a program.
        const numbers = shuffled(numbersTo(1500), start).slice(0, count);
        await refresh(numbers.map((number, index) => (index % 2 === 0 ? number : 600 + index)));
      }
    }
  },
);

test("the list replaces the read of an account's only integration", async () => {
  seed(1);
  expect(await refresh([1])).toEqual({ lists: 1, gets: 0, all: 1 });
});
