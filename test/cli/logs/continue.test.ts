import { PassThrough, Readable } from "node:stream";
import { expect, jest, test } from "@jest/globals";
import { logEntriesPerRequest as batch } from "../../expected/limits";
import { exitCodes } from "../../expected/reports";
import { lines, messages, openLogLab } from "./helpers";

test("stops if Pinterest rejects the token, and --from-line sends the rest", async () => {
  const { emulator, write, send, continueAfter, recorded, rejected } = await openLogLab();
  write(lines(2 * batch + 100));
  const options = { operation: "logs", skip: 1, times: "all" } as const;
  emulator.armFault({ kind: "response", preset: "authentication-failed", ...options });
  const stopped = await send("--account", "shop-2", "--rejected", rejected);
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: batch, rejected: 0, ended: "stopped", nextLine: batch + 1 },
  });
  expect(stopped.terminal.notes()).toMatch(/^error: .*access token/);
  expect(stopped.terminal.notes()).toContain(
    `Stopped at line ${batch + 1}. To continue, run the same command with --from-line ${batch + 1}.\n`,
  );
  expect(stopped.terminal.notes()).not.toContain("both copies");
  emulator.disarmFaults();
  expect(await continueAfter(stopped)).toMatchObject({
    code: 0,
    summary: { sent: batch + 100, rejected: 0, ended: "done" },
  });
  expect(recorded("shop-2")).toEqual(messages(2 * batch + 100));
});

test("reports lines that were rejected before and after a stop once each", async () => {
  const { emulator, write, send, continueAfter, recorded, rejected, rejectedLines } = await openLogLab();
  write([...lines(10), "{", ...lines(batch, 11), "{", ...lines(10, batch + 11)]);
  emulator.armFault({ kind: "response", preset: "authentication-failed", operation: "logs", skip: 1 });
  const stopped = await send("--rejected", rejected);
  expect(stopped.summary).toMatchObject({ sent: batch - 1, rejected: 1, nextLine: batch + 1 });
  expect(await continueAfter(stopped)).toMatchObject({ code: 1, summary: { sent: 21, rejected: 1 } });
  expect(recorded()).toEqual(messages(batch + 20));
  expect(rejectedLines()).toMatchObject([{ line: 11 }, { line: batch + 12 }]);
});

test("stops if a response is lost, and names the lines that are sent twice", async () => {
  const { emulator, write, send, continueAfter, recorded } = await openLogLab();
  write(lines(2 * batch + 100));
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1, commit: true });
  const stopped = await send();
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: batch, ended: "stopped", nextLine: batch + 1, unknownLines: [batch + 1, 2 * batch] },
  });
  expect(stopped.terminal.notes()).toContain(
    `Pinterest may have entries up to line ${2 * batch} already. If you continue, the command sends them again, and Pinterest keeps both copies.`,
  );
  expect(await continueAfter(stopped)).toMatchObject({
    code: 0,
    summary: { sent: batch + 100, ended: "done" },
  });
  expect(recorded()).toEqual([...messages(2 * batch), ...messages(batch + 100, batch + 1)]);
});

test("stops if Pinterest lists rejected lines without an error, because it may have recorded the others", async () => {
  const { emulator, write, send } = await openLogLab();
  write(lines(3));
  const body = { rejected_logs: [{ log_index: 1, field: "message", reason: "it is rude" }] };
  emulator.armFault({ kind: "response", operation: "logs", status: 400, body });
  const { code, summary, terminal } = await send();
  expect([code, summary]).toEqual([
    1,
    { sent: 0, rejected: 1, ended: "stopped", nextLine: 1, unknownLines: [1, 3] },
  ]);
  expect(terminal.notes()).toContain(
    "error: Pinterest rejected other entries of the same request, and did not report whether it recorded this one\n",
  );
});

test("continues after the part of a batch that Pinterest has confirmed", async () => {
  const { emulator, write, send, recorded } = await openLogLab();
  write(lines(batch));
  // Splits the batch by size: the halves have an entry more or less.
  emulator.armFault({ kind: "response", operation: "logs", status: 413, body: {} });
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1 });
  expect((await send()).summary).toMatchObject({
    sent: batch / 2,
    nextLine: batch / 2 + 1,
    unknownLines: [batch / 2 + 1, batch],
  });
  expect(recorded()).toEqual(messages(batch / 2));
});

test("Ctrl-C stops after the request in progress, and continuing sends the rest exactly once", async () => {
  const { emulator, write, send, continueAfter, recorded } = await openLogLab();
  write(lines(4 * batch));
  const removeListener = emulator.onRequest(() => void process.emit("SIGINT"));
  const interrupted = await send();
  removeListener();
  expect(interrupted).toMatchObject({
    code: exitCodes.interrupted,
    summary: { sent: batch, rejected: 0, ended: "interrupted", nextLine: batch + 1 },
  });
  expect(interrupted.terminal.notes()).toMatch(
    new RegExp(
      `^Stopping after the request in progress\\. .*\\nInterrupted at line ${batch + 1}\\. To continue, run the same command with --from-line ${batch + 1}\\.\\n`,
    ),
  );
  expect(interrupted.terminal.notes()).not.toContain("both copies");
  expect(await continueAfter(interrupted)).toMatchObject({ code: 0, summary: { sent: 3 * batch } });
  expect(recorded()).toEqual(messages(4 * batch));
});

test("a second Ctrl-C exits at once, after the first one named the line to continue at", async () => {
  const { emulator, write, send } = await openLogLab();
  write(lines(300));
  const exit = jest.spyOn(process, "exit").mockImplementation((() => {}) as never);
  emulator.onRequest(() => {
    process.emit("SIGINT");
    process.emit("SIGTERM");
  });
  const { code, terminal } = await send();
  expect(exit.mock.calls).toEqual([[exitCodes.interrupted]]);
  exit.mockRestore();
  expect(code).toBe(exitCodes.interrupted);
  expect(terminal.notes()).toContain("press Ctrl-C again, and continue later with --from-line 1.");
});

test("Ctrl-C ends the wait for standard input", async () => {
  const { emulator, sendInput } = await openLogLab();
  const input = new PassThrough();
  input.write(lines(batch + 50).join("\n"));
  emulator.onResponse(() => void process.emit("SIGINT"));
  const { code, summary, terminal } = await sendInput(input);
  expect([code, summary]).toMatchObject([
    exitCodes.interrupted,
    { sent: batch, ended: "interrupted", nextLine: batch + 1 },
  ]);
  expect(terminal.notes()).toContain(`with --from-line ${batch + 1}.\n`);
});

test("stops at the first unconfirmed line if the input cannot be read further", async () => {
  const { sendInput, recorded } = await openLogLab();
  const input = Readable.from(
    (function* () {
      yield Buffer.from(lines(batch + 50).join("\n"));
      throw Object.assign(new Error("EIO: i/o error, read"), { syscall: "read" });
    })(),
  );
  const { code, terminal } = await sendInput(input);
  expect(code).toBe(1);
  expect(terminal.notes()).toMatch(
    new RegExp(
      `^error: EIO: i/o error, read\\nStopped at line ${batch + 1}\\. .*--from-line ${batch + 1}\\.\\n`,
    ),
  );
  expect(recorded()).toEqual(messages(batch));
});

test.each([
  ["2", 0, ["m2", "m3"]],
  ["4", 0, []],
  ["5", exitCodes.usage, []],
  ["0", exitCodes.usage, []],
])("--from-line %s of 3 lines exits with %d", async (number, expectedCode, expected) => {
  const { write, send, recorded } = await openLogLab();
  write(lines(3));
  const { code, terminal } = await send("--from-line", number);
  expect([code, recorded()]).toEqual([expectedCode, expected]);
  if (number === "5") expect(terminal.notes()).toBe("error: --from-line 5: the input has only 3 lines.\n");
  if (number === "0") expect(terminal.notes()).toContain("It must be a whole number from 1 to");
});
