import { expect, test } from "@jest/globals";
import { type Waiter, Waiters } from "../../fleet/worker/request-limit";

/** Turns that come when the test says so. */
function turns() {
  const asked: (() => void)[] = [];
  const turn = () => new Promise<void>((resolve) => asked.push(resolve));
  const next = async () => {
    asked.at(-1)?.();
    await new Promise(setImmediate);
  };
  return { asked, turn, next };
}

function waiter(name: string, gone: string[]): Waiter & { isClosed: boolean } {
  return { go: () => gone.push(name), isClosed: false };
}

test("serves requests in the order of their arrival, one per turn", async () => {
  const { asked, turn, next } = turns();
  const gone: string[] = [];
  const waiters = new Waiters(turn);
  for (const name of ["a", "b", "c"]) waiters.add(waiter(name, gone));
  await next();
  expect(gone).toEqual(["a"]);
  await next();
  await next();
  expect(gone).toEqual(["a", "b", "c"]);
  expect(asked).toHaveLength(3);
});

test("spends no turn on a request that gave up", async () => {
  const { asked, turn, next } = turns();
  const gone: string[] = [];
  const waiters = new Waiters(turn);
  const all = ["a", "b", "c", "d"].map((name) => waiter(name, gone));
  for (const each of all) waiters.add(each);
  for (const each of all.slice(0, 3)) each.isClosed = true;
  await next();
  expect(gone).toEqual(["d"]);
  expect(asked).toHaveLength(1);
});
