import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { onTermination } from "../../provider/runtime/engine-lifetime";

test.each([
  ["succeeded", () => Promise.resolve()],
  ["failed", () => Promise.reject(new Error("no log"))],
])("exits after the action has %s, and not before", async (_what, end) => {
  const process = new EventEmitter();
  const events: string[] = [];
  let proceed = () => {};
  const action = async () => {
    events.push("started");
    await new Promise<void>((resolve) => {
      proceed = resolve;
    });
    events.push("done");
    await end();
  };
  const exited = new Promise<void>((resolve) => {
    onTermination(action, () => resolve(void events.push("exited")), process as never);
  });
  expect(events).toEqual([]);
  process.emit("SIGINT");
  await Promise.resolve();
  expect(events).toEqual(["started"]);
  proceed();
  await exited;
  expect(events).toEqual(["started", "done", "exited"]);
});
