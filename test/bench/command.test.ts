// Commands of the bench, run by a process of their own, since an interruption is for the whole of one.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const isLinux = process.platform === "linux";
if (!isLinux) process.stderr.write("command.test.ts is skipped: /proc is Linux's\n");
const testOnLinux = isLinux ? test : test.skip;

let folder: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-command-"));
});

afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Lets the bench measure a Node.js script. */
function measuring(script: string): ChildProcess {
  writeFileSync(join(folder, "command.js"), script);
  const bench = join(__dirname, "../../bench");
  const program = `
    import { measure } from ${JSON.stringify(join(bench, "engine/command.mts"))};
    import { endOnSignals } from ${JSON.stringify(join(bench, "interruption.mts"))};
    endOnSignals();
    try {
      await measure(process.execPath, ["command.js"], { cwd: ".", env: process.env });
    } catch (error) {
      console.log(error.message);
    }`;
  running = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: folder });
  return running;
}

async function ended(bench: ChildProcess) {
  const [said, [code]] = await Promise.all([text(bench.stdout as never), once(bench, "close")]);
  return { said, code };
}

testOnLinux("an interruption ends the command and waits for its end", async () => {
  const bench = measuring(`
    process.once("SIGINT", () => setImmediate(() => { require("node:fs").writeFileSync("ended", ""); process.exit(); }));
    process.kill(process.ppid, "SIGTERM");
    setTimeout(() => process.exit(), 60_000);`);
  expect(await ended(bench)).toEqual({ said: "interrupted by SIGTERM\n", code: 143 });
  expect(existsSync(join(folder, "ended"))).toBe(true);
});

testOnLinux("a command that fails is told with the last that it said", async () => {
  const bench = measuring(`console.log("out"); console.error("of luck"); process.exitCode = 3;`);
  const { said } = await ended(bench);
  expect(said).toMatch(/command\.js ended with 3:\n/);
  expect(said).toContain("out\n");
  expect(said).toContain("of luck\n");
});
