import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { onTermination, ShutdownActions } from "../../provider/runtime/engine-lifetime";

test.each([
  ["succeeded", () => Promise.resolve()],
  ["failed", () => Promise.reject(new Error("no log"))],
])("exits after the action has %s, and not before", async (_what, settle) => {
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
    onTermination(action, () => resolve(void happened.push("ended")), process as never);
  });
  expect(happened).toEqual([]);
  process.emit("SIGINT");
  await Promise.resolve();
  expect(happened).toEqual(["begun"]);
  proceed();
  await ended;
  expect(happened).toEqual(["begun", "done", "ended"]);
});

test("runs each action once and waits for earlier ones", async () => {
  const actions = new ShutdownActions();
  const ran: string[] = [];
  const first = Promise.withResolvers<void>();
  actions.add(async () => {
    await first.promise;
    ran.push("first engine");
  });
  const cancelled = actions.run();
  actions.add(async () => {
    ran.push("second engine");
    throw new Error("no log");
  });
  const ended = actions.run().then(() => ran.push("ended"));
  await Promise.resolve();
  expect(ran).toEqual(["second engine"]);
  first.resolve();
  await Promise.all([cancelled, ended]);
  await actions.run();
  expect(ran).toEqual(["second engine", "first engine", "ended"]);
});
