import { PassThrough, Readable } from "node:stream";
import { expect, jest, test } from "@jest/globals";
import { lines, messages, openLogLab } from "./helpers";

test("stops if Pinterest rejects the token, and --from-line sends the rest", async () => {
  const { emulator, write, send, continueAfter, recorded, rejected } = await openLogLab();
  write(lines(600));
  const options = { operation: "logs", skip: 1, times: "all" } as const;
  emulator.armFault({ kind: "response", preset: "authentication-failed", ...options });
  const stopped = await send("--account", "shop-2", "--rejected", rejected);
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: 250, rejected: 0, ended: "stopped", nextLine: 251 },
  });
  expect(stopped.terminal.notes()).toMatch(/^error: .*access token/);
  expect(stopped.terminal.notes()).toContain(
    "Stopped at line 251. To continue, run the same command with --from-line 251.\n",
  );
  expect(stopped.terminal.notes()).not.toContain("both copies");
  emulator.disarmFaults();
  expect(await continueAfter(stopped)).toMatchObject({
    code: 0,
    summary: { sent: 350, rejected: 0, ended: "done" },
  });
  expect(recorded("shop-2")).toEqual(messages(600));
});

test("reports lines that were rejected before and after a stop once each", async () => {
  const { emulator, write, send, continueAfter, recorded, rejected, rejectedLines } = await openLogLab();
  write([...lines(10), "{", ...lines(250, 11), "{", ...lines(10, 261)]);
  emulator.armFault({ kind: "response", preset: "authentication-failed", operation: "logs", skip: 1 });
  const stopped = await send("--rejected", rejected);
  expect(stopped.summary).toMatchObject({ sent: 249, rejected: 1, nextLine: 251 });
  expect(await continueAfter(stopped)).toMatchObject({ code: 1, summary: { sent: 21, rejected: 1 } });
  expect(recorded()).toEqual(messages(270));
  expect(rejectedLines()).toMatchObject([{ line: 11 }, { line: 262 }]);
});

test("stops if a response is lost, and names the lines that are sent twice", async () => {
  const { emulator, write, send, continueAfter, recorded } = await openLogLab();
  write(lines(600));
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1, commit: true });
  const stopped = await send();
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: 250, ended: "stopped", nextLine: 251, unknownLines: [251, 500] },
  });
  expect(stopped.terminal.notes()).toContain(
    "Pinterest may have entries up to line 500 already. If you continue, the command sends them again, and Pinterest keeps both copies.",
  );
  expect(await continueAfter(stopped)).toMatchObject({ code: 0, summary: { sent: 350, ended: "done" } });
  expect(recorded()).toEqual([...messages(500), ...messages(350, 251)]);
});

test("continues after the part of a batch that Pinterest has confirmed", async () => {
  const { emulator, write, send, recorded } = await openLogLab();
  write(lines(250));
  // Splits the batch by size, into 125, 124 and 1 lines.
  emulator.armFault({ kind: "response", operation: "logs", status: 413, body: {} });
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1 });
  expect((await send()).summary).toMatchObject({ sent: 125, nextLine: 126, unknownLines: [126, 250] });
  expect(recorded()).toEqual(messages(125));
});

test("Ctrl-C stops after the request in progress, and continuing sends the rest exactly once", async () => {
  const { emulator, write, send, continueAfter, recorded } = await openLogLab();
  write(lines(1000));
  const removeListener = emulator.onRequest(() => void process.emit("SIGINT"));
  const interrupted = await send();
  removeListener();
  expect(interrupted).toMatchObject({
    code: 130,
    summary: { sent: 250, rejected: 0, ended: "interrupted", nextLine: 251 },
  });
  expect(interrupted.terminal.notes()).toMatch(
    /^Stopping after the request in progress\. .*\nInterrupted at line 251\. To continue, run the same command with --from-line 251\.\n/,
  );
  expect(interrupted.terminal.notes()).not.toContain("both copies");
  expect(await continueAfter(interrupted)).toMatchObject({ code: 0, summary: { sent: 750 } });
  expect(recorded()).toEqual(messages(1000));
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
  expect(exit.mock.calls).toEqual([[130]]);
  exit.mockRestore();
  expect(code).toBe(130);
  expect(terminal.notes()).toContain("press Ctrl-C again, and continue later with --from-line 1.");
});

test("Ctrl-C ends the wait for standard input", async () => {
  const { emulator, sendInput } = await openLogLab();
  const input = new PassThrough();
  input.write(lines(300).join("\n"));
  emulator.onResponse(() => void process.emit("SIGINT"));
  const { code, summary, terminal } = await sendInput(input);
  expect([code, summary]).toMatchObject([130, { sent: 250, ended: "interrupted", nextLine: 251 }]);
  expect(terminal.notes()).toContain("with --from-line 251.\n");
});

test("stops at the first unconfirmed line if the input cannot be read further", async () => {
  const { sendInput, recorded } = await openLogLab();
  const input = Readable.from(
    (function* () {
      yield Buffer.from(lines(300).join("\n"));
      throw Object.assign(new Error("EIO: i/o error, read"), { syscall: "read" });
    })(),
  );
  const { code, terminal } = await sendInput(input);
  expect(code).toBe(1);
  expect(terminal.notes()).toMatch(
    /^error: EIO: i\/o error, read\nStopped at line 251\. .*--from-line 251\.\n/,
  );
  expect(recorded()).toEqual(messages(250));
});

test.each([
  ["2", 0, ["m2", "m3"]],
  ["4", 0, []],
  ["5", 2, []],
  ["0", 2, []],
])("--from-line %s of 3 lines exits with %d", async (number, expectedCode, expected) => {
  const { write, send, recorded } = await openLogLab();
  write(lines(3));
  const { code, terminal } = await send("--from-line", number);
  expect([code, recorded()]).toEqual([expectedCode, expected]);
  if (number === "5") expect(terminal.notes()).toBe("error: --from-line 5: the input has only 3 lines.\n");
  if (number === "0") expect(terminal.notes()).toContain("It must be a whole number from 1 to");
});
