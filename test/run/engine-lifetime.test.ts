import { EventEmitter } from "node:events";
import { beforeEach, expect, jest, test } from "@jest/globals";
import type { clientFor } from "../api/helpers/client";
import { respondWith, serve } from "../api/helpers/server";
import { failureOf } from "../lifecycle/helpers/failure";

let modules: typeof import("../../provider/run/engine-lifetime") &
  typeof import("../../provider/api/credentials/in-progress");

// A process that has begun to exit requests nothing more.
beforeEach(() => {
  jest.resetModules();
  modules = {
    ...require("../../provider/run/engine-lifetime"),
    ...require("../../provider/api/credentials/in-progress"),
  };
});

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
    modules.onTermination(action, () => resolve(void events.push("exited")), process as never);
  });
  expect(events).toEqual([]);
  process.emit("SIGINT");
  await Promise.resolve();
  expect(events).toEqual(["started"]);
  proceed();
  await exited;
  expect(events).toEqual(["started", "done", "exited"]);
});

/** Ends a process, whose exit calls `exit`. */
type End = (exit: () => void) => void;

/** Sends a signal twice. The second one changes nothing. */
const sendTwice =
  (signal: NodeJS.Signals): End =>
  (exit) => {
    const process = new EventEmitter();
    modules.onTermination(async () => {}, exit, process as never);
    for (let count = 0; count < 2; count += 1) process.emit(signal);
  };

test.each<[what: string, end: End]>([
  ["SIGINT", sendTwice("SIGINT")],
  ["SIGBREAK", sendTwice("SIGBREAK")],
  ["SIGTERM", sendTwice("SIGTERM")],
  ["the end of the engine", (exit) => modules.exitWithoutEngine(exit)],
])("after %s, exits when requested tokens have arrived, and requests no more", async (_what, end) => {
  const events: string[] = [];
  const tokens = Promise.withResolvers<void>();
  const requested = modules.requestTokens(async () => {
    await tokens.promise;
    events.push("saved");
  });
  const exited = new Promise<void>((resolve) => {
    end(() => resolve(void events.push("exited")));
  });
  await expect(modules.requestTokens(async () => {})).rejects.toThrow("about to exit");
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual([]);
  tokens.resolve();
  await requested;
  await exited;
  expect(events.slice(0, 2)).toEqual(["saved", "exited"]);
});

test("sends no request after the end of the engine", async () => {
  const { clientFor: newClient }: { clientFor: typeof clientFor } = require("../api/helpers/client");
  const { apiUrl, requests } = await serve(respondWith(200, { items: [] }));
  await newClient(apiUrl).listIntegrations();
  modules.exitWithoutEngine(() => {});
  const error = await failureOf(newClient(apiUrl).listIntegrations());
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent", isTransient: false });
  expect(requests).toHaveLength(1);
});
