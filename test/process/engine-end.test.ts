import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { beforeEngineEnds } from "../../provider/process/engine-end";

test.each([
  ["succeeded", () => Promise.resolve()],
  ["failed", () => Promise.reject(new Error("no log"))],
])("the process ends when the action has %s, and not before", async (_what, settle) => {
  const process = new EventEmitter();
  const happened: string[] = [];
  let proceed = () => {};
  const action = async () => {
    happened.push("begun");
    await new Promise<void>((resolve) => {
      proceed = resolve;
    });
    happened.push("done");
    await settle();
  };
  const ended = new Promise<void>((resolve) => {
    beforeEngineEnds(action, () => resolve(void happened.push("ended")), process as never);
  });
  expect(happened).toEqual([]);
  process.emit("SIGINT");
  await Promise.resolve();
  expect(happened).toEqual(["begun"]);
  proceed();
  await ended;
  expect(happened).toEqual(["begun", "done", "ended"]);
});
