import { expect, test } from "@jest/globals";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";

test("advances from timer to timer, once all tasks wait", async () => {
  const clock = new VirtualClock(0);
  const events: string[] = [];
  const sleepInSteps = async (name: string, ...steps: number[]) => {
    for (const step of steps) {
      await clock.sleep(step);
      events.push(`${name} ${clock.now()}`);
    }
  };
  await clock.run(
    Promise.all([sleepInSteps("a", 100, 100), sleepInSteps("b", 150, 1), sleepInSteps("c", 200)]),
  );
  expect(events).toEqual(["a 100", "b 150", "b 151", "c 200", "a 200"]);
});

test("time stands still while tracked work is in progress", async () => {
  const clock = new VirtualClock(0);
  const sleeper = clock.sleep(10).then(() => clock.now());
  const work = clock.track(
    new Promise<number>((resolve) => {
      let turns = 0;
      const turn = (): void => {
        turns += 1;
        if (turns < 50) setImmediate(turn);
        else resolve(clock.now());
      };
      turn();
    }),
  );
  expect(await clock.run(Promise.all([sleeper, work]))).toEqual([10, 0]);
});

test("a sleep rejects with the reason of a signal that is aborted before or during it", async () => {
  const clock = new VirtualClock(0);
  const reason = new Error("enough");
  await expect(clock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleep = clock.sleep(10, controller.signal);
  controller.abort(reason);
  await expect(clock.run(sleep)).rejects.toBe(reason);
  expect(clock.now()).toBe(0);
});

test("fails instead of hanging if nothing can end the work", async () => {
  await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow("the run is stuck");
});

test("random() returns the configured values in order, and repeats the last one", () => {
  const clock = new VirtualClock();
  clock.randomValues = [0.1, 0.2];
  expect([clock.random(), clock.random(), clock.random()]).toEqual([0.1, 0.2, 0.2]);
});
