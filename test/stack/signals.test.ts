import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { exitCodes } from "../expected/reports";

let listeners: Record<string, () => void>;
let exits: unknown[];

// A process that has begun to exit requests no more tokens.
beforeEach(() => {
  jest.resetModules();
  listeners = {};
  exits = [];
  jest.spyOn(process, "on").mockImplementation(((event: string, listener: () => void) => {
    listeners[event] = listener;
    return process;
  }) as never);
  jest.spyOn(process, "listenerCount").mockImplementation((event) => (String(event) in listeners ? 1 : 0));
  jest.spyOn(process, "exit").mockImplementation(((code: number) => {
    exits.push(code);
  }) as never);
});
afterEach(() => void jest.restoreAllMocks());

const requestTokens = (action: () => Promise<void>): Promise<void> =>
  require("../../provider/api/credentials/in-progress").requestTokens(action);

test.each(["SIGINT", "SIGBREAK", "SIGTERM"])(
  "after %s, a command exits when requested tokens are saved",
  async (signal) => {
    require("../../stack/signals").exitOnUnhandledSignals();
    const saved = Promise.withResolvers<void>();
    const requested = requestTokens(() => saved.promise);
    listeners[signal]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(exits).toEqual([]);
    saved.resolve();
    await requested;
    await new Promise((resolve) => setImmediate(resolve));
    expect(exits).toEqual([exitCodes.interrupted]);
  },
);

test("a second signal ends a command at once", () => {
  require("../../stack/signals").exitOnUnhandledSignals();
  void requestTokens(() => new Promise(() => {}));
  listeners.SIGINT?.();
  expect(exits).toEqual([]);
  listeners.SIGINT?.();
  expect(exits).toEqual([exitCodes.interrupted]);
});

test("a failure after a signal has the exit code of an interruption", async () => {
  const { stoppingGracefully } = require("../../stack/signals");
  const command = stoppingGracefully(
    async (abort: AbortSignal) => {
      listeners.SIGINT?.();
      expect(abort.aborted).toBe(true);
      throw new Error("stopped waiting for shard-1");
    },
    () => false,
  );
  await expect(command).rejects.toMatchObject({
    message: "stopped waiting for shard-1",
    exitCode: exitCodes.interrupted,
  });
});

test.each([
  ["reaches", "SIGINT", "linux", "a terminal"],
  ["does not reach", "SIGINT", "darwin", "a pipe"],
  ["does not reach", "SIGTERM", "linux", "a terminal"],
  ["reaches", "SIGINT", "win32", "a pipe"],
  ["reaches", "SIGBREAK", "win32", "a terminal"],
] as const)("the system's signal %s engines: %s on %s, from %s", (result, signal, platform, source) => {
  const { reachesEngine } = require("../../stack/signals");
  expect(reachesEngine(signal, { platform, isTTY: source === "a terminal" })).toBe(result === "reaches");
});
