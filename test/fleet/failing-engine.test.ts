import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";

const repository = resolve(__dirname, "../..");

/** The shell script that the engine runs for each of these stacks, instead of opening it. */
const scripts = {
  stalled: "sleep 600",
  killed: "kill -9 $$",
  "full-disk": "echo no space left on device >&2; exit 1",
};

/** The error message of each stack's update. */
let messages: Record<keyof typeof scripts, string>;

// The engine's guard is a file of the build. One process runs all updates, because loading it takes a second.
beforeAll(() => {
  const directory = temporaryDirectory();
  const cases = Object.entries(scripts).map(([stack, script]) => `*" ${stack} "*) ${script};;`);
  const engine = `#!/bin/sh\ncase " $* " in " version "*) echo v3.259.0;; ${cases.join(" ")} esac\n`;
  writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
  const program = `
    const { runShard } = require("./dist/fleet/index.js");
    const failureOf = async (stack) => {
      const stallTimeoutMs = stack === "stalled" ? 1_000 : undefined;
      const { message } = await runShard({ stack, merchants: [], operation: "up", allowEmpty: true, stallTimeoutMs }).catch((error) => error);
      return [stack, message];
    };
    Promise.all(${JSON.stringify(Object.keys(scripts))}.map(failureOf)).then((messages) => console.log(JSON.stringify(Object.fromEntries(messages))));`;
  const env = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` };
  const { stdout } = spawnSync(process.execPath, ["-e", program], { cwd: repository, env, encoding: "utf8" });
  messages = JSON.parse(stdout);
});

test("stops an engine that makes no progress, and fails the shard", () => {
  expect(messages.stalled).toMatch(/^the engine made no progress for 1 second, and was stopped: /);
});

test("names the signal that ended the engine", () => {
  expect(messages.killed).toMatch(
    /^the stack 'killed' cannot be opened: error: the engine was terminated by SIGKILL/,
  );
});

test("reports the engine's last line if it prints no error in the usual form", () => {
  expect(messages["full-disk"]).toBe(
    "the stack 'full-disk' cannot be opened: error: no space left on device",
  );
});
