import { expect, jest, test } from "@jest/globals";
import { progressInWords, waitForRun } from "../../../cli/fleet/wait";
import type { RunProgress } from "../../../fleet/store/results";

const progress = (given: Partial<RunProgress>): RunProgress => ({
  run: "1",
  operation: "up",
  requestedAt: new Date(),
  shards: 1,
  open: 0,
  done: 0,
  failed: 0,
  canceled: 0,
  retried: [],
  merchants: 0,
  activeWorkers: 1,
  ...given,
});

test.each([
  [{ shards: 30, open: 30 }, 0, "up: 0 of 30 shards, 0 merchants"],
  [
    { shards: 30, open: 29, done: 1, merchants: 100 },
    20_000,
    "up: 1 of 30 shards, 100 merchants, 5 a second, about 10 minutes left",
  ],
  [
    { shards: 2, open: 1, done: 1, merchants: 1_200 },
    60_000,
    "up: 1 of 2 shards, 1,200 merchants, 20 a second, about 60 seconds left",
  ],
  [
    { shards: 2, done: 1, failed: 1, merchants: 2 },
    1_000,
    "up: 2 of 2 shards, 2 merchants, 2 a second, about 0 seconds left, 1 failed",
  ],
  [
    { shards: 3, canceled: 2, done: 1, merchants: 1 },
    1_000,
    "up: 3 of 3 shards, 1 merchant, 1 a second, about 0 seconds left, 2 canceled",
  ],
])("prints %j after %i ms", (given, elapsed, words) => {
  expect(progressInWords(progress(given), elapsed)).toBe(words);
});

test("ends the wait when no shard is waiting or in progress", async () => {
  const states = [progress({ open: 1 }), progress({ open: 1 }), progress({ done: 1 })];
  const terminal = { note: jest.fn(), progress: jest.fn() };
  const hasEnded = await waitForRun(
    async () => states.shift() as RunProgress,
    terminal,
    new AbortController().signal,
  );
  expect(hasEnded).toBe(true);
  expect(terminal.progress).toHaveBeenCalledTimes(2);
  expect(states).toEqual([]);
});

test.each([
  ["none runs", [], true],
  ["the shards wait for a retry", [{ stack: "shard-0001", errors: ["locked"] }], false],
])("reports after a while that no worker processes a shard if %s", async (_when, retried, isReported) => {
  const states = [progress({ open: 1, retried, activeWorkers: 0 }), progress({ done: 1 })];
  const terminal = { note: jest.fn(), progress: jest.fn() };
  jest.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(20_000);
  await waitForRun(async () => states.shift() as RunProgress, terminal, new AbortController().signal);
  jest.restoreAllMocks();
  const notes = terminal.note.mock.calls.flat();
  expect(notes.some((note) => String(note).startsWith("No worker is processing a shard."))).toBe(isReported);
});

test("prints each reason why shards start again once", async () => {
  const retried = (stack: string, ...errors: string[]) => ({ stack, errors });
  const states = [
    progress({ open: 2, retried: [retried("shard-0001", "no route"), retried("shard-0002", "no route")] }),
    progress({ open: 2, retried: [retried("shard-0001", "no route"), retried("shard-0002", "locked")] }),
    progress({ done: 2 }),
  ];
  const terminal = { note: jest.fn(), progress: jest.fn() };
  await waitForRun(async () => states.shift() as RunProgress, terminal, new AbortController().signal);
  expect(terminal.note.mock.calls).toEqual([
    ["shard-0001 is retried: no route"],
    ["shard-0002 is retried: locked"],
  ]);
});

test("waits for a database that does not answer for a while, and reports it once", async () => {
  const answers: (RunProgress | Error)[] = [
    progress({ open: 1 }),
    new Error("terminating connection"),
    new Error("connection refused"),
    progress({ done: 1 }),
  ];
  const terminal = { note: jest.fn(), progress: jest.fn() };
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as RunProgress;
  };
  await waitForRun(ask, terminal, new AbortController().signal);
  expect(terminal.note.mock.calls).toEqual([[expect.stringContaining("terminating connection")]]);
  expect(answers).toEqual([]);
});

test("ends an aborted wait without further reads", async () => {
  const controller = new AbortController();
  const asked = jest.fn(async () => {
    controller.abort();
    return progress({ open: 1 });
  });
  const terminal = { note: jest.fn(), progress: jest.fn() };
  expect(await waitForRun(asked, terminal, controller.signal)).toBe(false);
  expect(asked).toHaveBeenCalledTimes(1);
});
