import { afterEach, expect, jest, test } from "@jest/globals";
import type { PgBoss } from "pg-boss";
import type { printRun } from "../../../cli/fleet/print-run";
import type { Statements } from "../../../fleet/store/database";
import type { progressOf, RunProgress } from "../../../fleet/store/results";
import type { failLostShards } from "../../../fleet/store/runs";
import type * as async from "../../../provider/base/async";
import { exitCodes } from "../../../stack/exit-codes";
import { postgresResponds } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";

const mockFailLostShards = jest.fn<typeof failLostShards>(async () => {});
const mockProgressOf = jest.fn<typeof progressOf>();
const mockPrintRun = jest.fn<typeof printRun>(async () => exitCodes.ok);

// Replace the database. Modules that are imported later use these mocks.
jest.mock("../../../fleet/store/runs", () => ({ failLostShards: mockFailLostShards }));
jest.mock("../../../fleet/store/results", () => ({ progressOf: mockProgressOf }));
jest.mock("../../../cli/fleet/print-run", () => ({ printRun: mockPrintRun }));

// The command reads the progress again without a pause.
jest.mock("../../../provider/base/async", () => ({
  ...jest.requireActual<typeof async>("../../../provider/base/async"),
  pause: async () => {},
}));

afterEach(() => {
  jest.restoreAllMocks();
  mockProgressOf.mockReset();
  mockPrintRun.mockClear();
  mockFailLostShards.mockClear();
});

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

/** Waits for a run. Each read of its progress returns or throws the next of the given results. */
async function wait(...reads: (RunProgress | Error)[]) {
  const { waitAndPrint } = await import("../../../cli/fleet/wait.js");
  for (const read of reads) {
    if (read instanceof Error) mockProgressOf.mockRejectedValueOnce(read);
    else mockProgressOf.mockResolvedValueOnce(read);
  }
  const terminal = recordingTerminal();
  const shown = jest.spyOn(terminal, "progress");
  const run = { statements: {} as Statements, queue: {} as PgBoss, runId: "1", options: {}, terminal };
  const exitCode = await waitAndPrint(run);
  return { exitCode, notes: terminal.notes().trimEnd(), shown: shown.mock.calls.flat() };
}

test.each([
  [{ shards: 30, open: 30 }, 0, "up: 0 of 30 shards, 0 merchants"],
  [
    { shards: 30, open: 29, done: 1, merchants: 100 },
    20_000,
    "up: 1 of 30 shards, 100 merchants, 5 a second, about 10 minutes left",
  ],
  [
    { shards: 3, open: 1, done: 1, failed: 1, merchants: 2 },
    1_000,
    "up: 2 of 3 shards, 2 merchants, 2 a second, about 1 second left, 1 failed",
  ],
])("prints %j after %i ms", async (given, elapsed, words) => {
  // The first call is at the start of the wait.
  jest.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(elapsed);
  expect((await wait(progress(given), progress({}))).shown).toEqual([words]);
});

test.each([
  ["reports that no worker is processing a shard, if a shard has not started", [], true],
  [
    "does not report that no worker is processing a shard, if all shards wait for a retry",
    [{ stack: "shard-0001", errors: ["locked"] }],
    false,
  ],
])("after 20 seconds, it %s", async (_title, retried, isReported) => {
  jest.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(20_000);
  const { notes } = await wait(progress({ open: 1, retried, activeWorkers: 0 }), progress({ done: 1 }));
  expect(notes.includes("No worker is processing a shard.")).toBe(isReported);
});

test("prints all shards that are retried, once for each reason", async () => {
  const retried = (stack: string, ...errors: string[]) => ({ stack, errors });
  const [first, second, third] = ["shard-0001", "shard-0002", "shard-0003"] as const;
  const { notes } = await wait(
    progress({ open: 3, retried: [retried(first, "no route"), retried(second, "no route")] }),
    progress({
      open: 3,
      retried: [retried(first, "no route"), retried(second, "locked"), retried(third, "no route")],
    }),
    progress({ done: 3 }),
  );
  expect(notes.split("\n")).toEqual([
    "shard-0001, shard-0002 are retried: no route",
    "shard-0003 is retried: no route",
    "shard-0002 is retried: locked",
  ]);
});

/** An error of PostgreSQL with an SQLSTATE. */
const serverError = (code: string, message: string) =>
  Object.assign(new Error(message), { code, severity: "FATAL" });

test("continues to wait during outages of the database, and reports each once, with its end", async () => {
  const { notes } = await wait(
    progress({ open: 1 }),
    serverError("57P01", "terminating connection"),
    new Error("Connection terminated unexpectedly"),
    progress({ open: 1 }),
    progress({ open: 1 }),
    serverError("57P03", "the database system is starting up"),
    progress({ done: 1 }),
  );
  const outage = (reason: string) => [
    `PostgreSQL does not respond (${reason}); the run continues, and this command tries again`,
    postgresResponds,
  ];
  expect(notes.split("\n")).toEqual([
    ...outage("terminating connection"),
    ...outage("the database system is starting up"),
  ]);
  expect(mockProgressOf).toHaveBeenCalledTimes(7);
});

test("ends the wait with the reason if PostgreSQL no longer has the database", async () => {
  await expect(
    wait(
      progress({ open: 1 }),
      serverError("57P01", "terminating connection"),
      serverError("3D000", 'database "fleet" does not exist'),
    ),
  ).rejects.toThrow(
    'the fleet\'s database was dropped or renamed (database "fleet" does not exist). Check PINTEREST_FLEET_DATABASE. ' +
      "If the database was dropped, restore it from a backup.",
  );
});

test.each([
  serverError("42501", "permission denied for table run"),
  new TypeError("Cannot read properties of undefined (reading 'rows')"),
  new Error("unexpected"),
])("ends the wait at once for an error that is not an outage: %s", async (error) => {
  await expect(wait(error, progress({ done: 1 }))).rejects.toBe(error);
});

test("ends an interrupted wait without results, and prints the command that waits again", async () => {
  mockProgressOf.mockImplementationOnce(async () => {
    process.emit("SIGINT");
    return progress({ open: 1 });
  });
  const { exitCode, notes } = await wait();
  expect(exitCode).toBe(exitCodes.interrupted);
  expect(notes).toBe(
    "The workers continue the run. To wait for its results, run `npx pulumi-pinterest fleet results --run 1 --wait`.",
  );
  expect(mockProgressOf).toHaveBeenCalledTimes(1);
  expect(mockPrintRun).not.toHaveBeenCalled();
});
