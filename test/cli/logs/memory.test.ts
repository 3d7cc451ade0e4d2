import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { line, lines, openLogLab } from "./helpers";

const megabyte = 1024 * 1024;

test("reads at most one batch and a few chunks ahead", async () => {
  const { emulator, sendInput } = await openLogLab();
  const chunks = 10;
  let read = 0;
  let ahead = 0;
  const input = Readable.from(
    (function* () {
      while (read < chunks * 100) {
        yield Buffer.from(`${lines(100, read + 1).join("\n")}\n`);
        read += 100;
        ahead = Math.max(ahead, read - emulator.logs().length);
      }
    })(),
  );
  expect((await sendInput(input)).summary).toMatchObject({ sent: chunks * 100 });
  expect(ahead).toBeLessThanOrEqual(250 + 500);
});

test("rejects an endless line without keeping it in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const { sendInput, recorded } = await openLogLab();
  const limit = 48 * megabyte;
  let heapGrowth = Number.POSITIVE_INFINITY;
  const input = Readable.from(
    (async function* () {
      yield Buffer.from(`${line("a")}\n`);
      const { heapUsed } = process.memoryUsage();
      for (let length = 0; length < 96; length += 1) yield Buffer.alloc(megabyte, "x");
      // V8 frees collected buffers in other threads, which take some turns on a busy machine.
      for (let turn = 0; heapGrowth >= limit && turn < 100; turn += 1) {
        collectGarbage();
        await setImmediate();
        heapGrowth = process.memoryUsage().heapUsed - heapUsed;
      }
      yield Buffer.from(`\n${line("b")}\n`);
    })(),
  );
  const { summary, terminal } = await sendInput(input);
  expect(summary).toMatchObject({ sent: 2, rejected: 1 });
  expect(terminal.notes()).toBe("line 2: the line is longer than 8388608 characters\n");
  expect(recorded()).toEqual(["a", "b"]);
  expect(heapGrowth).toBeLessThan(limit);
});
