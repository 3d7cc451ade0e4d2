import { appendFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../provider/cli/command-line";
import { Interrupt } from "../../../provider/cli/logs/interrupt";
import { beginning, type Progress } from "../../../provider/cli/logs/journal";
import { Sender } from "../../../provider/cli/logs/sender";
import { settle } from "../../../provider/cli/logs/settle";
import { PinterestTimeoutError } from "../../../provider/pinterest";
import { keptTerminal } from "../helpers/terminal";
import { line, lines, sending } from "./helpers";

const messages = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => `m${first + index}`);

test("a revoked account stops it, and the same command goes on from there", async () => {
  const { emulator, write, send, recorded } = await sending();
  write(lines(600));
  emulator.armFault({
    kind: "answer",
    preset: "authentication-failed",
    operation: "logs",
    skip: 1,
    times: "all",
  });
  const stopped = await send();
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: 250, rejected: 0, unknown: 0, ended: "refused", stoppedAtLine: 251 },
  });
  expect(stopped.terminal.notes()).toMatch(
    /^Stopped at line 251: .*access token.* The same command goes on from there\.$/m,
  );
  emulator.disarmFaults();
  expect(await send()).toMatchObject({ code: 0, summary: { sent: 350, skipped: 250, ended: "done" } });
  expect(recorded()).toEqual(messages(600));
});

test("what is rejected before a stop is told once, by the run that met it", async () => {
  const { emulator, write, send, recorded, rejected, rejectedLines } = await sending();
  write([...lines(260), "{", ...lines(100, 261), "{", ...lines(10, 361)]);
  emulator.armFault({
    kind: "answer",
    preset: "authentication-failed",
    operation: "logs",
    skip: 1,
    times: "all",
  });
  expect((await send({ rejected })).summary).toMatchObject({ sent: 250, rejected: 2, stoppedAtLine: 251 });
  emulator.disarmFaults();
  expect((await send({ rejected })).summary).toMatchObject({ sent: 120, rejected: 0, skipped: 252 });
  expect(recorded()).toEqual(messages(370));
  expect(rejectedLines()).toMatchObject([{ line: 261 }, { line: 362 }]);
});

test("when all was sent nothing is sent again, but what was added since", async () => {
  const { emulator, write, send, recorded, file, journal } = await sending();
  write(lines(3));
  await send();
  emulator.clearRequests();
  const again = await send();
  expect(again).toMatchObject({ code: 0, summary: { sent: 0, skipped: 3, ended: "done" } });
  expect(again.terminal.notes()).toContain(`Nothing is left to send: ${journal} says`);
  expect(emulator.requests()).toEqual([]);
  appendFileSync(file, `${line("m4")}\n${line("m5")}`);
  expect((await send()).summary).toMatchObject({ sent: 2, skipped: 3 });
  appendFileSync(file, `\n${line("m6")}\n`);
  expect((await send()).summary).toMatchObject({ sent: 1, skipped: 5 });
  expect(recorded()).toEqual(messages(6));
});

test("lines that were rejected earlier keep a later run from passing for one that took all, until the journal goes", async () => {
  const { write, send, recorded, file, journal, read } = await sending();
  write([line("m1"), "{", line("m2", { colour: 1 }), line("m3"), "{", line("m4")]);
  expect((await send()).summary).toMatchObject({ sent: 3, rejected: 3, rejectedEarlier: 0 });
  const again = await send();
  expect(again).toMatchObject({ code: 1, summary: { sent: 0, rejected: 0, skipped: 6, rejectedEarlier: 3 } });
  expect(again.terminal.notes()).toMatch(
    /^3 lines of the file \(lines 2–3, 5\) were rejected by earlier runs.* into a file of their own/m,
  );
  appendFileSync(file, `${line("m5")}\n{\n`);
  expect(await send()).toMatchObject({ code: 1, summary: { sent: 1, rejected: 1, rejectedEarlier: 3 } });
  expect((await send()).terminal.notes()).toContain("(lines 2–3, 5, 8)");
  expect(recorded()).toEqual(["m1", "m3", "m4", "m5"]);
  const old = JSON.parse(read(journal));
  delete old.progress.leftOut;
  writeFileSync(journal, JSON.stringify(old));
  const byOld = await send();
  expect(byOld).toMatchObject({ code: 1, summary: { rejectedEarlier: 4 } });
  expect(byOld.terminal.notes()).toContain("4 lines of the file were rejected by earlier runs");
});

test("of very many rejected lines a journal names the first only", async () => {
  const { write, send, read, journal } = await sending();
  write(Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? "{" : line("m"))));
  await send();
  expect(read(journal).length).toBeLessThan(1000);
  expect((await send()).terminal.notes()).toMatch(
    /^200 lines of the file \(lines 1, 3, 5, 7, 9 .*and others\) were/m,
  );
});

test("a last line that goes on after it was sent is not guessed at", async () => {
  const { write, send, recorded, file } = await sending();
  write(line("m1"));
  await send();
  appendFileSync(file, " \n");
  await expect(send()).rejects.toThrow(/the last line that was sent has changed since/);
  expect(recorded()).toEqual(["m1"]);
});

test.each([
  ["begins differently", lines(3, 5), {}, "is of another file than"],
  ["is shorter", lines(2), {}, "is of another file than"],
])("a journal of a file that %s is refused, with what to do", async (_kind, other, options, reason) => {
  const { write, send, recorded } = await sending();
  write(lines(3));
  await send();
  write(other);
  await expect(send(options)).rejects.toThrow(reason);
  await expect(send(options)).rejects.toThrow(
    /name another journal with --journal, or delete .*app\.log\.sent/,
  );
  expect(recorded()).toEqual(messages(3));
});

test("a journal of another account or another Pinterest is refused, and another journal serves", async () => {
  const { emulator, write, send, recorded, journal } = await sending();
  write(lines(3));
  await send();
  await expect(send({ account: "shop-2" })).rejects.toThrow(
    "was sent for the default account, and this run is for account 'shop-2'",
  );
  await expect(send({}, "http://127.0.0.1:9/v5")).rejects.toThrow(
    `was sent to ${emulator.url}, and this run is for http://127.0.0.1:9/v5`,
  );
  await send({ account: "shop-2", journal: `${journal}-2` });
  expect([recorded("shop-1"), recorded("shop-2")]).toEqual([messages(3), messages(3)]);
});

test("a file that is no journal is not taken for one, and stays", async () => {
  const { write, send, recorded, journal, read } = await sending();
  write(lines(3));
  writeFileSync(journal, "mine\n");
  await expect(send()).rejects.toThrow(/is no journal of this command/);
  await expect(send({ journal: journal.replace(".sent", "") })).rejects.toThrow("three different files");
  expect([read(journal), recorded()]).toEqual(["mine\n", []]);
});

test("a journal holds nothing of the entries", async () => {
  const { write, send, read, journal } = await sending();
  write([line("hidden-message"), '{"hidden":1}']);
  await send();
  expect(read(journal)).not.toContain("hidden");
});

test("a lost answer stops it, and the lines are named until somebody decides: sent again", async () => {
  const { emulator, write, send, recorded } = await sending();
  write(lines(600));
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1, commit: true });
  const stopped = await send();
  expect(stopped).toMatchObject({
    code: 1,
    summary: { sent: 250, unknown: 250, ended: "unknown", unknownLines: [[251, 500]] },
  });
  expect(stopped.terminal.notes()).toMatch(
    /recorded lines 251–500 is not known .*--resend-unknown .*--skip-unknown/,
  );
  emulator.clearRequests();
  const undecided = await send();
  expect(undecided).toMatchObject({
    code: 1,
    summary: { sent: 0, unknown: 250, unknownLines: [[251, 500]] },
  });
  expect(emulator.requests()).toEqual([]);
  const decided = await send({ resendUnknown: true });
  expect(decided).toMatchObject({ code: 0, summary: { sent: 350, unknown: 0, unknownLines: [[251, 500]] } });
  // Pinterest had them already.
  expect(recorded()).toEqual([...messages(500), ...messages(350, 251)]);
});

test("or passed over", async () => {
  const { emulator, write, send, recorded } = await sending();
  write(lines(600));
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1, commit: true });
  await send();
  expect(await send({ skipUnknown: true })).toMatchObject({
    code: 1,
    summary: { sent: 100, unknown: 250, skipped: 250, ended: "done" },
  });
  expect(recorded()).toEqual(messages(600));
  const again = await send();
  expect(again).toMatchObject({
    code: 1,
    summary: { sent: 0, unknown: 0, skipped: 600, unknownEarlier: 250 },
  });
  expect(again.terminal.notes()).toContain(
    "250 lines of the file (lines 251–500) were passed over by earlier runs",
  );
});

test.each([
  ["skipUnknown", { sent: 350, unknown: 250 }, [...messages(250), ...messages(100, 501)]],
  ["resendUnknown", { sent: 600, unknown: 0 }, messages(600)],
] as const)("decided before with %s, one lost answer does not stop it", async (option, summary, expected) => {
  const { emulator, write, send, recorded } = await sending();
  write(lines(600));
  emulator.armFault({ kind: "reset", operation: "logs", skip: 1 });
  const { terminal, summary: printed } = await send({ [option]: true });
  expect(printed).toMatchObject({ ...summary, ended: "done", unknownLines: [[251, 500]] });
  expect(terminal.notes()).toContain("lines 251–500 is not known");
  expect(recorded()).toEqual(expected);
});

test.each(["skipUnknown", "resendUnknown"] as const)(
  "with %s two lost answers in a row stop it",
  async (option) => {
    const { emulator, write, send } = await sending();
    write(lines(1200));
    emulator.armFault({ kind: "reset", operation: "logs", skip: 1, times: "all" });
    const { code, summary } = await send({ [option]: true });
    expect(code).toBe(1);
    expect(summary).toMatchObject({ sent: 250, ended: "unknown" });
    expect(emulator.counters().operations.logs).toBe(3);
    emulator.disarmFaults();
    const rest = await send({ [option]: true });
    expect(rest.summary).toMatchObject({ ended: "done" });
  },
);

test("two answers in a row that do not name the rejected entries stop a run that resends them", async () => {
  const { emulator, write, send } = await sending();
  write(lines(2));
  const body = { rejected_logs: [{ field: "message", reason: "it is rude" }] };
  emulator.armFault({ kind: "answer", operation: "logs", status: 400, body, times: 4 });
  expect((await send({ resendUnknown: true })).summary).toMatchObject({ unknown: 2, ended: "unknown" });
  expect(emulator.counters().operations.logs).toBe(2);
});

test("entries that were sent again in vain stay in doubt, though the second time surely nothing was recorded", async () => {
  const { emulator, write, send, recorded } = await sending();
  write(lines(3));
  emulator.armFault({ kind: "reset", operation: "logs", commit: true });
  await send();
  emulator.armFault({ kind: "answer", preset: "authentication-failed", operation: "logs", times: "all" });
  expect((await send({ resendUnknown: true })).summary).toMatchObject({ ended: "refused" });
  emulator.disarmFaults();
  expect((await send()).summary).toMatchObject({ ended: "unknown", unknownLines: [[1, 3]] });
  expect((await send({ skipUnknown: true })).summary).toMatchObject({ sent: 0, unknown: 3, ended: "done" });
  expect(recorded()).toEqual(messages(3));
});

test("where Pinterest rejects some and says nothing of the others, those others are in doubt", async () => {
  const { emulator, write, send, recorded, rejected, rejectedLines } = await sending();
  write(lines(10));
  emulator.armFault({
    kind: "answer",
    operation: "logs",
    status: 400,
    body: { rejected_logs: [{ log_index: 4, field: "message", reason: "it is rude" }] },
  });
  expect((await send({ rejected })).summary).toMatchObject({
    rejected: 1,
    unknown: 9,
    unknownLines: [
      [1, 4],
      [6, 10],
    ],
  });
  expect((await send({ rejected, resendUnknown: true })).summary).toMatchObject({ sent: 9, rejected: 0 });
  expect(recorded()).toEqual(messages(10).filter((message) => message !== "m5"));
  expect(rejectedLines()).toMatchObject([{ line: 5, field: "message", reason: "it is rude" }]);
});

test("both decisions at once are refused, and so is a file that is not there", async () => {
  const { write, send, file } = await sending();
  await expect(send()).rejects.toThrow(/there is no file .*app\.log/);
  write(lines(1));
  const terminal = keptTerminal();
  const both = ["logs", "send", file, "--skip-unknown", "--resend-unknown"];
  expect(await runCommandLine(both, terminal)).toBe(2);
  expect(terminal.notes()).toMatch(/--resend-unknown.* cannot be used with .*--skip-unknown/);
});

test.each(["unsent", "unknown"] as const)(
  "Ctrl-C at the start of a resumed run keeps its %s lines",
  async (kind) => {
    const from = { ...beginning, pending: { to: 4, unknown: [], unsent: [], [kind]: [[1, 3]] } };
    const kept: Progress[] = [];
    const interrupt = new Interrupt();
    interrupt.request();
    const sender = new Sender({
      from,
      report: async () => ({ accepted: [], rejected: [], unknown: [] }),
      keep: (progress) => kept.push(progress),
      reject: () => {},
      unknown: "resend",
      onUnknown: () => {},
      onProgress: () => {},
      interrupt,
    });
    const file = Buffer.from(lines(5).join("\n"));
    const chunks = (async function* () {
      yield file;
    })();
    expect(await sender.run(chunks)).toEqual({ kind: "interrupted" });
    expect(kept).toEqual([from]);
  },
);

test("lines after a lost answer in the same report are unsent, not rejected", () => {
  const entry = { clientTimestamp: 1, eventType: "APP", logLevel: "INFO" } as const;
  const held = [1, 2, 3].map((number) => ({
    start: { line: number, offset: number },
    entry,
    text: "",
    doubtful: false,
  }));
  const reason = "not sent, since an answer before it was lost";
  const stopped = new PinterestTimeoutError({ operation: "reportLogs" }, "unknown", {
    timeoutMs: 1,
    during: "waiting",
  });
  const settled = settle(held, {
    accepted: [],
    unknown: [{ index: 0, reason: stopped.message }],
    rejected: [1, 2].map((index) => ({ index, reason, blameless: true })),
    stopped,
  });
  expect(settled).toMatchObject({ unknown: held.slice(0, 1), unsent: held.slice(1), rejected: [] });
});
