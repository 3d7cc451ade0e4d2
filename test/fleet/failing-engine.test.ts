import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";

const repository = resolve(__dirname, "../..");

/** The error message of an update whose engine runs this script instead of opening the stack. */
function failureOf(script: string): string {
  const directory = temporaryDirectory();
  const engine = `#!/bin/sh\ncase "$1" in version) echo v3.259.0;; *) ${script};; esac\n`;
  writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
  const options = {
    stack: "shard-0001",
    merchants: [],
    operation: "up",
    allowEmpty: true,
    stallTimeoutMs: 1_000,
  };
  const program = `require("./dist/fleet/index.js").runShard(${JSON.stringify(options)}).catch(({ message }) => console.log(message))`;
  const env = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` };
  return spawnSync(process.execPath, ["-e", program], { cwd: repository, env, encoding: "utf8" }).stdout;
}

test("stops an engine that makes no progress, and fails the shard", () => {
  expect(failureOf("sleep 600")).toMatch(/^the engine made no progress for 1 second, and was stopped: /);
});

test("names the signal that ended the engine", () => {
  expect(failureOf("kill -9 $$")).toMatch(
    /^the stack 'shard-0001' cannot be opened: error: the engine was terminated by SIGKILL/,
  );
});

test("reports the engine's last line if it prints no error in the usual form", () => {
  expect(failureOf("echo no space left on device >&2; exit 1")).toBe(
    "the stack 'shard-0001' cannot be opened: error: no space left on device\n",
  );
});
