import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { type Stage, stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

type Process = ReturnType<Stage["process"]>;

const remove = (process: Process, number: number) =>
  process.delete(`seed-${number}`, { externalBusinessId: `seed-${number}` });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const left = () => stage.emulator.integrations().length;

test("without a limit any number is deleted, and nothing waits", async () => {
  stage.emulator.seed(30);
  const process = stage.process();
  await Promise.all(upTo(30).map((number) => remove(process, number)));
  expect(left()).toBe(0);
  expect(stage.pauses).toEqual([]);
});

test("as many as the limit are deleted, at once or one after the other", async () => {
  stage.emulator.seed(20);
  const process = stage.process({ deleteLimit: 20 });
  await Promise.all(upTo(10).map((number) => remove(process, number)));
  for (const number of upTo(10)) await remove(process, number + 10);
  expect(left()).toBe(0);
});

test("where more than the limit arrive at once, none is deleted", async () => {
  stage.emulator.seed(300);
  const process = stage.process({ deleteLimit: 7 });
  const failures = await Promise.all(upTo(8).map((number) => failureOf(remove(process, number))));
  for (const { message } of failures) expect(message).toContain("none was deleted, and none will be");
  expect((await failureOf(remove(process, 9))).message).toContain("none was deleted");
  expect(left()).toBe(300);
  expect(stage.methods()).toEqual([]);
});

test("deletions that come one after the other are judged together as long as no pause is between them", async () => {
  stage.emulator.seed(3);
  const waits: (() => void)[] = [];
  const sleep = () => new Promise<void>((resolve) => waits.push(resolve));
  const process = stage.process({ deleteLimit: 2, sleep });
  const first = failureOf(remove(process, 1));
  const second = failureOf(remove(process, 2));
  await setImmediate();
  // A wait after which the number of deletions has grown is followed by another.
  waits[0]?.();
  await setImmediate();
  expect(waits).toHaveLength(2);
  const third = failureOf(remove(process, 3));
  for (const pass of [1, 2]) {
    waits[pass]?.();
    await setImmediate();
  }
  for (const { message } of await Promise.all([first, second, third])) {
    expect(message).toContain("none was deleted, and none will be");
  }
  expect(left()).toBe(3);
});

test("once some are deleted, the others wait for nothing", async () => {
  stage.emulator.seed(3);
  const process = stage.process({ deleteLimit: 3 });
  for (const number of upTo(3)) await remove(process, number);
  expect(stage.pauses).toHaveLength(1);
});

test("the one beyond the limit fails, and every one after it, saying how many were deleted and what raises it", async () => {
  stage.emulator.seed(5);
  const process = stage.process({ deleteLimit: 2 });
  await remove(process, 1);
  await remove(process, 2);
  for (const number of [3, 4]) {
    const { message } = await failureOf(remove(process, number));
    expect(message).toMatch(
      new RegExp(
        `deleting integration 'seed-${number}': .*PINTEREST_DELETE_LIMIT.*, which is 2; 2 were deleted`,
      ),
    );
    expect(message).toContain("`PINTEREST_DELETE_LIMIT=<number>`");
    expect(message).toContain("an empty result would delete every merchant's connection");
  }
  expect(left()).toBe(3);
});

test("the number waits for the deletions that are under way", async () => {
  stage.emulator.seed(3);
  const process = stage.process({ deleteLimit: 1 });
  let second: Promise<Error> | undefined;
  stage.emulator.onRequest(({ operation }) => {
    if (operation === "delete") second = failureOf(remove(process, 2));
  });
  await remove(process, 1);
  expect((await second)?.message).toContain("1 was deleted");
});

test("a limit of nothing lets none be deleted", async () => {
  stage.emulator.seed(1);
  await failureOf(remove(stage.process({ deleteLimit: 0 }), 1));
  expect(left()).toBe(1);
});

test("does not count what another resource holds", async () => {
  stage.emulator.seed(2);
  const process = stage.process({ deleteLimit: 1 });
  await process.create({ externalBusinessId: "seed-1" });
  await remove(process, 1);
  await remove(process, 2);
  expect(stage.emulator.integrations().map(({ external_business_id: id }) => id)).toEqual(["seed-1"]);
});

test("the deletion of a replacement counts", async () => {
  stage.emulator.seed(2);
  const process = stage.process({ deleteLimit: 1 });
  await remove(process, 1);
  await process.create({ externalBusinessId: "seed-1" });
  await failureOf(remove(process, 2));
});

test("another operation of the engine counts anew", async () => {
  stage.emulator.seed(2);
  await remove(stage.process({ deleteLimit: 1 }), 1);
  await remove(stage.process({ deleteLimit: 1 }), 2);
  expect(left()).toBe(0);
});

test("a creation does not wait for a deletion that has failed", async () => {
  stage.emulator.seed(1);
  const process = stage.process({ deleteLimit: 0 });
  await failureOf(remove(process, 1));
  stage.pauses.length = 0;
  await process.create({ externalBusinessId: "seed-1" });
  expect(stage.pauses).toEqual([]);
});

test("what is forgotten counts as well: state loses it all the same", async () => {
  stage.emulator.seed(3);
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ deleteLimit: 2, whenUnreachable: "forget" });
  const outcomes = await Promise.allSettled(upTo(3).map((number) => remove(process, number)));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});

test("a deletion whose wait for others is ended fails nobody: what came together is judged all the same", async () => {
  stage.emulator.seed(2);
  const process = stage.process({ deleteLimit: 2, sleep: () => Promise.reject(new Error("cancelled")) });
  await Promise.all(upTo(2).map((number) => remove(process, number)));
  expect(left()).toBe(0);
});
