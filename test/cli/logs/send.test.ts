import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "@jest/globals";
import { Rejections } from "../../../cli/logs/lines";
import { sendLogs } from "../../../cli/logs/send";
import { logEntriesPerRequest as batch } from "../../expected/limits";
import { exitCodes } from "../../expected/reports";
import { expectPrivate } from "../../platform";
import { recordingTerminal } from "../helpers/terminal";
import { line, lines, messages, openLogLab } from "./helpers";

test("sends each of a thousand lines once and in order, or rejects it with its number, field and reason", async () => {
  const { emulator, write, send, recorded, rejected, rejectedLines } = await openLogLab();
  const all = lines(4 * batch);
  const unknownField = line("secret-b", { colour: 1 });
  const invalid = {
    17: "{nope",
    18: line("secret-a", { logLevel: "LOUD" }),
    [batch + 5]: unknownField,
  };
  for (const [number, text] of Object.entries(invalid)) all[Number(number) - 1] = text;
  // Pinterest rejects the tenth entry of the second batch, which follows an invalid line.
  const refused = batch + 11;
  emulator.armFault({
    kind: "response",
    operation: "logs",
    skip: 1,
    status: 400,
    body: { code: 1, message: `'logs[9].message' value 'm${refused}' is not valid: it is rude` },
  });
  write(all);
  const { code, summary, terminal } = await send("--rejected", rejected);
  expect([code, terminal.notes()]).toEqual([1, ""]);
  expect(summary).toEqual({ sent: 4 * batch - 4, rejected: 4, ended: "done" });
  const missing = ["m17", "m18", `m${batch + 5}`, `m${refused}`];
  expect(recorded()).toEqual(messages(4 * batch).filter((message) => !missing.includes(message)));
  expect(rejectedLines()).toEqual([
    { line: 17, reason: "the line is not valid JSON", entry: "{nope" },
    {
      line: 18,
      field: "logLevel",
      reason: expect.stringContaining("INFO, WARN"),
      entry: JSON.parse(invalid[18]),
    },
    {
      line: batch + 5,
      field: "colour",
      reason: expect.stringContaining("is not a field"),
      entry: JSON.parse(unknownField),
    },
    {
      line: refused,
      field: "message",
      reason: expect.stringContaining("it is rude"),
      entry: JSON.parse(line(`m${refused}`)),
    },
  ]);
  expectPrivate(rejected);
  expect(emulator.counters().operations.logs).toBe(5);
});

test("prints the first 20 rejected lines and the number of the others, without the entries", async () => {
  const { emulator, write, send } = await openLogLab();
  emulator.armFault({
    kind: "response",
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
  expect(notes.match(/^line \d+: /gm)).toHaveLength(20);
  expect(notes).toContain("… and 6 more rejected lines. To keep all of them, use --rejected <file>.");
  expect(notes + terminal.output()).not.toContain("hidden");
});

test("appends to a file of rejected lines only with --from-line", async () => {
  const { write, send, rejected, rejectedLines, recorded } = await openLogLab();
  write(["{", ...lines(3)]);
  await send("--dry-run", "--rejected", rejected);
  const refused = await send("--rejected", rejected);
  expect([refused.code, refused.terminal.notes()]).toEqual([
    1,
    `error: --rejected: ${rejected} exists. Move it, or choose another file.\n`,
  ]);
  expect([rejectedLines().length, recorded()]).toEqual([1, []]);
  await send("--rejected", rejected, "--from-line", "1");
  expect([rejectedLines().length, recorded()]).toEqual([2, messages(3)]);
});

test.each([1, 1000])(
  "reads CRLF, a byte order mark, blank lines and a last line without an end in chunks of %d bytes",
  async (size) => {
    const { sendInput, recorded } = await openLogLab();
    const bytes = Buffer.from(
      `\ufeff${line("a")}\r\n\r\n   \n\n${line("ü🧵")}\r\n{\r\n${line("b\u2028\u2029")}\n${line("c")}`,
    );
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const { summary, terminal } = await sendInput(Readable.from(chunks));
    expect(summary).toEqual({ sent: 4, rejected: 1, ended: "done" });
    expect(terminal.notes()).toBe("line 6: the line is not valid JSON\n");
    expect(recorded()).toEqual(["a", "ü🧵", "b\u2028\u2029", "c"]);
  },
);

test("--dry-run checks every line, and sends nothing", async () => {
  const { emulator, write, send } = await openLogLab();
  write([...lines(300), "{", line("x", { eventType: 1 })]);
  const { code, summary } = await send("--dry-run");
  expect([code, summary]).toEqual([1, { valid: 300, rejected: 2, ended: "done" }]);
  expect(emulator.requests()).toEqual([]);
});

test("refuses a file that cannot be read, and a file that is also the file of rejected lines", async () => {
  const { write, send, file, directory } = await openLogLab();
  expect((await send()).terminal.notes()).toBe(
    `error: cannot read ${file}: the file does not exist. Give a file of JSON lines, or - for standard input.\n`,
  );
  mkdirSync(file);
  expect((await send()).terminal.notes()).toBe(
    `error: cannot read ${file}: it is a directory. Give a file of JSON lines, or - for standard input.\n`,
  );
  rmdirSync(file);
  write([]);
  expect((await send("--rejected", join(directory, "missing/a"))).terminal.notes()).toMatch(
    /^error: --rejected: ENOENT: no such file or directory/,
  );
  const { code, terminal } = await send("--rejected", `${directory}/./app.log`);
  expect([code, terminal.notes()]).toEqual([
    exitCodes.usage,
    "error: --rejected must name another file than the input.\n",
  ]);
});

test("prints the counts in words without --json", async () => {
  const { write, file, directory, environment } = await openLogLab();
  write([...lines(2), "{"]);
  const terminal = recordingTerminal();
  expect(await sendLogs(file, { cwd: directory }, { terminal, environment })).toBe(1);
  expect(terminal.output()).toBe("Log entries: 2 sent, 1 rejected\n");
});

test("sends with the account that the user names, and refuses to choose one of several or an unknown one", async () => {
  const { write, send, environment, emulator, recorded } = await openLogLab();
  write(lines(1));
  expect((await send("--account", "shop-9")).terminal.notes()).toMatch(/^error: .*'shop-9'/);
  delete environment.PINTEREST_ACCESS_TOKEN;
  const accounts = ["shop-2", "shop-3"];
  environment.PINTEREST_ACCOUNTS = JSON.stringify(
    Object.fromEntries(accounts.map((name) => [name, emulator.token("shop-2")])),
  );
  const { code, terminal } = await send();
  expect([code, terminal.notes()]).toEqual([
    exitCodes.usage,
    "error: 2 accounts are configured: name one with --account (shop-2, shop-3).\n",
  ]);
  expect(recorded("shop-2")).toEqual([]);
  expect((await send("--account", "shop-3")).code).toBe(0);
  expect(recorded("shop-2")).toEqual(["m1"]);
});

test("writes rejected lines with all their problems, and without an entry if the line is too long", async () => {
  const { rejected, rejectedLines } = await openLogLab();
  const rejections = new Rejections(recordingTerminal(), rejected, false);
  rejections.add({ number: 1, problems: [{ problem: "the line is too long" }] });
  const problems = [
    { field: "message", problem: "bad" },
    { field: "tag_id", problem: "worse" },
    { problem: "the whole entry" },
  ];
  rejections.add({ number: 2, json: "{}", problems });
  expect(rejectedLines()).toEqual([
    { line: 1, reason: "the line is too long" },
    { line: 2, field: "message", reason: "bad; tag_id worse; the whole entry", entry: {} },
  ]);
});

test("accepts field names of this package and of Pinterest's API, also in one entry", async () => {
  const { emulator, write, send } = await openLogLab();
  const entry = {
    clientTimestamp: 5,
    eventType: "API",
    logLevel: "ERROR",
    tagId: null,
    error: { name: "E", messageDetail: "more", lineNumber: 3 },
    request: { method: "GET", host: "h", path: "/", requestHeaders: { x_y: "z" }, responseStatusCode: 500 },
  };
  const wire = {
    client_timestamp: 5,
    event_type: "API",
    log_level: "ERROR",
    tag_id: null,
    error: { name: "E", message_detail: "more", line_number: 3 },
    request: {
      method: "GET",
      host: "h",
      path: "/",
      request_headers: { x_y: "z" },
      response_status_code: 500,
    },
  };
  write([entry, wire, { ...wire, error: entry.error }].map((each) => JSON.stringify(each)));
  expect(await send()).toMatchObject({ code: 0, summary: { sent: 3 } });
  expect(emulator.logs()).toEqual([wire, wire, wire]);
});
