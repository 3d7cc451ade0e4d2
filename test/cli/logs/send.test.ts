import { statSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { maxBatchBytes } from "../../../provider/pinterest/logs/batches";
import { line, lines, sending } from "./helpers";

test("a thousand lines: each is recorded once and in order, or told with its line, its field and the reason", async () => {
  const { emulator, write, send, recorded, rejected, rejectedLines } = await sending();
  const all = lines(1000);
  const no = {
    17: "{nope",
    18: line("secret-a", { logLevel: "LOUD" }),
    900: line("secret-b", { colour: 1 }),
  };
  for (const [number, text] of Object.entries(no)) all[Number(number) - 1] = text;
  // What Pinterest refuses and this side takes: an entry of the second batch.
  emulator.armFault({
    kind: "answer",
    operation: "logs",
    skip: 1,
    status: 400,
    body: { code: 1, message: "'logs[9].message' value 'm262' is not valid: it is rude" },
  });
  write(all);
  const { code, summary, terminal } = await send({ rejected });
  expect([code, terminal.notes()]).toEqual([1, ""]);
  expect(summary).toEqual({
    sent: 996,
    rejected: 4,
    unknown: 0,
    skipped: 0,
    rejectedEarlier: 0,
    unknownEarlier: 0,
    ended: "done",
  });
  const missing = [17, 18, 262, 900];
  expect(recorded()).toEqual(
    lines(1000)
      .map((text) => JSON.parse(text).message)
      .filter((_, index) => !missing.includes(index + 1)),
  );
  expect(rejectedLines()).toEqual([
    { line: 17, reason: "the line is no JSON", entry: "{nope" },
    { line: 18, field: "logLevel", reason: expect.stringContaining("INFO, WARN"), entry: JSON.parse(no[18]) },
    {
      line: 262,
      field: "message",
      reason: expect.stringContaining("it is rude"),
      entry: JSON.parse(line("m262")),
    },
    {
      line: 900,
      field: "colour",
      reason: expect.stringContaining("is not a field"),
      entry: JSON.parse(no[900]),
    },
  ]);
  expect(statSync(rejected).mode & 0o777).toBe(0o600);
  expect(emulator.counters().operations.logs).toBe(5);
});

test("without a file the first 20 rejected lines are shown and the others counted, and nothing of the entries is", async () => {
  const { emulator, write, send } = await sending();
  emulator.armFault({
    kind: "answer",
    operation: "logs",
    status: 400,
    body: { code: 1, message: "'logs[0].message' value 'it's hidden' is bad, and hidden-too as well" },
  });
  const bad = Array.from({ length: 25 }, (_, index) =>
    line(`hidden-${index}`, { logLevel: `hidden ${index}` }),
  );
  write([line("it's hidden", { error: { name: "hidden-too" } }), ...bad]);
  const { code, terminal, summary } = await send();
  expect([code, summary.rejected]).toEqual([1, 26]);
  const notes = terminal.notes();
  expect(notes.match(/^line \d+: logLevel is a text of \d+ characters/gm)).toHaveLength(20);
  expect(notes).toContain("… and 6 more rejected lines; --rejected <file> keeps them all");
  expect(notes + terminal.output()).not.toContain("hidden");
});

test("what Pinterest says of an entry is shown without what it repeats of it", async () => {
  const { emulator, write, send } = await sending();
  emulator.armFault({
    kind: "answer",
    operation: "logs",
    status: 400,
    body: { code: 1, message: "'logs[0].message' value 'it's hid' is bad; hidden-too is as well" },
  });
  write([line("it's hidden", { error: { name: "hidden-too" } })]);
  const { terminal } = await send();
  expect(terminal.notes()).toMatch(/^line 1: message Pinterest answered HTTP 400, code 1: '…' is bad; /);
  expect(terminal.notes()).not.toContain("hid");
});

test("an entry's own digits stay in the file of the rejected", async () => {
  const { write, send, read, rejected } = await sending();
  write('{"clientTimestamp": 12345678901234567890, "eventType":"APP","logLevel":"INFO"}\n');
  await send({ rejected });
  expect(read(rejected)).toContain('"entry":{"clientTimestamp": 12345678901234567890, "eventType":"APP"');
});

test("a file of rejected entries that is there already is not added to by a first run", async () => {
  const { write, send, rejected, read, recorded } = await sending();
  write(["{"]);
  await send({ rejected });
  write(lines(3));
  await expect(send({ rejected, journal: `${rejected}.other` })).rejects.toThrow(/holds something already/);
  expect(read(rejected).trimEnd().split("\n")).toHaveLength(1);
  expect(recorded()).toEqual([]);
});

test("CRLF, a byte order mark, blank lines and a last line without an end are no matter", async () => {
  const { write, send, recorded } = await sending();
  write(`\ufeff${line("a")}\r\n\r\n   \n\n${line("ü🧵")}\r\n${line("c")}`);
  expect((await send()).summary).toMatchObject({ sent: 3, rejected: 0 });
  expect(recorded()).toEqual(["a", "ü🧵", "c"]);
});

test("a line of more than a request may hold is rejected, one of nearly as much goes alone", async () => {
  const { emulator, write, send, recorded, rejected, rejectedLines } = await sending();
  const trace = (length: number) => ({ error: { stackTrace: "x".repeat(length) } });
  write([
    line("a"),
    line("b", trace(maxBatchBytes - 1000)),
    line("c"),
    line("d", trace(maxBatchBytes)),
    line("e"),
  ]);
  expect((await send({ rejected })).summary).toMatchObject({ sent: 4, rejected: 1 });
  expect(recorded()).toEqual(["a", "b", "c", "e"]);
  expect(rejectedLines()).toMatchObject([{ line: 4, reason: expect.stringContaining("bytes") }]);
  const sizes = emulator.requests().map(({ request_body }) => JSON.stringify(request_body).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBatchBytes);
});

test("a rate limit is waited for", async () => {
  const { emulator, write, send, recorded } = await sending();
  emulator.armFault({ kind: "answer", preset: "rate-limit", operation: "logs", skip: 1 });
  write(lines(600));
  expect(await send()).toMatchObject({ code: 0, summary: { sent: 600 } });
  expect(new Set(recorded()).size).toBe(600);
  expect(recorded()).toHaveLength(600);
});

test("entries go to the log of the account that is named", async () => {
  const { write, send, recorded } = await sending();
  write(lines(2));
  await send({ account: "shop-2" });
  expect([recorded("shop-1"), recorded("shop-2")]).toEqual([[], ["m1", "m2"]]);
});

test("--dry-run checks every line, sends nothing and leaves no journal", async () => {
  const { emulator, write, send, read, journal } = await sending();
  write([...lines(300), "{", line("x", { eventType: 1 })]);
  const { code, summary } = await send({ dryRun: true });
  expect([code, summary]).toEqual([1, { sent: 0, rejected: 2, unknown: 0, skipped: 0, checked: 302 }]);
  expect(emulator.requests()).toEqual([]);
  expect(() => read(journal)).toThrow("ENOENT");
});
