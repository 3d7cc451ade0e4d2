import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { builtCommand } from "../cli/helpers/built-command";
import { lines } from "../cli/logs/helpers";
import { emulate } from "../emulator/helpers/emulate";
import { temporaryDirectory } from "../temporary-directory";

const start = builtCommand();

/** `logs send` as a process, for a person who has no Pulumi project but a token in the environment. */
async function setting() {
  const { emulator } = await emulate();
  const directory = temporaryDirectory();
  const file = join(directory, "app.log");
  return {
    emulator,
    file,
    write: (count: number) =>
      writeFileSync(
        file,
        lines(count)
          .map((text) => `${text}\n`)
          .join(""),
      ),
    send: (...args: string[]) =>
      start(["logs", "send", "--cwd", directory, ...args], {
        PATH: directory,
        PINTEREST_API_URL: emulator.url,
        PINTEREST_ACCESS_TOKEN: emulator.token(),
        PINTEREST_ACCOUNTS: "",
      }),
  };
}

const recorded = (emulator: Emulator) => emulator.logs().map(({ message }) => message);
const messages = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`);

/** Settles when the request of a number has come, and holds it. */
function held(emulator: Emulator, skip: number, commit: boolean): Promise<void> {
  emulator.armFault({ kind: "slow", operation: "logs", skip, commit });
  let seen = 0;
  return new Promise((resolve) => {
    const stop = emulator.onRequest(() => {
      seen += 1;
      if (seen <= skip) return;
      stop();
      resolve();
    });
  });
}

test("after a kill, it continues at the lines that were in progress, and reports them", async () => {
  const { emulator, file, write, send } = await setting();
  write(1000);
  const underWay = held(emulator, 2, true);
  const killed = send(file);
  await underWay;
  killed.child.kill("SIGKILL");
  expect((await killed.ended).signal).toBe("SIGKILL");
  emulator.release();
  emulator.disarmFaults();
  const told = await send(file, "--json").ended;
  expect(told.code).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({ sent: 0, skipped: 500, unknownLines: [[501, 750]] });
  const rest = await send(file, "--json", "--skip-unknown").ended;
  expect(JSON.parse(rest.stdout)).toMatchObject({ sent: 250, unknown: 250, ended: "done" });
  expect(recorded(emulator)).toEqual(messages(1000));
});

test("Ctrl-C stops it after the request in progress, and the next run continues", async () => {
  const { emulator, file, write, send } = await setting();
  write(1000);
  const underWay = held(emulator, 1, false);
  const run = send(file, "--json");
  await underWay;
  run.child.kill("SIGINT");
  // It has heard that when it says so; the answer comes only then.
  while (!run.stderr().includes("Stops after the request under way"))
    await once(run.child.stderr as never, "data");
  emulator.release();
  const { code, stdout, stderr } = await run.ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([
    130,
    { sent: 500, rejected: 0, unknown: 0, skipped: 0, ended: "interrupted" },
  ]);
  expect(stderr).toContain("Stopped as asked. The same command goes on from there.");
  expect(existsSync(`${file}.sent.lock`)).toBe(false);
  expect(JSON.parse((await send(file, "--json").ended).stdout)).toMatchObject({ sent: 500, skipped: 500 });
  expect(recorded(emulator)).toEqual(messages(1000));
});

test("a second Ctrl-C aborts the request in progress, and the outcome of its lines is unknown", async () => {
  const { emulator, file, write, send } = await setting();
  write(300);
  const underWay = held(emulator, 0, true);
  const run = send(file, "--json");
  await underWay;
  run.child.kill("SIGINT");
  while (!run.stderr().includes("Stops after the request under way"))
    await once(run.child.stderr as never, "data");
  run.child.kill("SIGINT");
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ sent: 0, unknown: 250, unknownLines: [[1, 250]] });
  expect(JSON.parse(readFileSync(`${file}.sent`, "utf8")).progress.pending.unknown).toEqual([[1, 250]]);
});

test("standard input is sent as it comes, without a journal", async () => {
  const { emulator, write, send, file } = await setting();
  write(600);
  const run = send("-", "--json");
  run.child.stdin?.end(`${readFileSync(file, "utf8")}{\n`);
  const { code, stdout, stderr } = await run.ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { sent: 600, rejected: 1, ended: "done" }]);
  expect(stderr).toContain("line 601: the line is no JSON");
  expect(recorded(emulator)).toEqual(messages(600));
  expect(existsSync("-.sent")).toBe(false);
  expect((await send("-", "--journal", "j").ended).code).toBe(2);
});

test("Ctrl-C ends it while it waits for more of standard input", async () => {
  const { emulator, send, write, file } = await setting();
  write(300);
  const came = new Promise<void>((resolve) => {
    const stop = emulator.onAnswer(() => {
      stop();
      resolve();
    });
  });
  const run = send("-", "--json");
  run.child.stdin?.write(readFileSync(file));
  await came;
  run.child.kill("SIGINT");
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ sent: 250, ended: "interrupted" });
});

test("a second run on the same file is refused while the first one sends", async () => {
  const { emulator, file, write, send } = await setting();
  write(3);
  const underWay = held(emulator, 0, false);
  const first = send(file, "--json");
  await underWay;
  const second = await send(file).ended;
  expect([second.code, second.stdout]).toEqual([1, ""]);
  expect(second.stderr).toMatch(/^error: the file is being sent already: .*process \d+/);
  emulator.release();
  expect((await first.ended).code).toBe(0);
  expect(recorded(emulator)).toEqual(messages(3));
});
