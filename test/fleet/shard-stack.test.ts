import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ShardStack } from "../../fleet/shard/shard-stack";
import { fleetInvocation } from "../../fleet/shard/workspace";
import { temporaryDirectory } from "../temporary-directory";

const { PATH } = process.env;
let directory: string;
let log: string;

beforeEach(() => {
  directory = temporaryDirectory();
  log = join(directory, "log");
  mkdirSync(join(directory, "bin"));
  process.env.PATH = `${join(directory, "bin")}:${PATH}`;
});

afterEach(() => {
  process.env.PATH = PATH;
});

/** Writes an engine that logs the given name and its arguments. */
function writeEngine(root: string, name: string, version: string): void {
  const script = `#!/bin/sh\necho "${name}: $*" >> ${log}\nif [ "$1" = version ]; then echo ${version}; fi\nif [ "$1" = env ]; then env; fi\n`;
  writeFileSync(join(root, "bin/pulumi"), script, { mode: 0o755 });
}

function open(stack: string, root = directory): Promise<ShardStack> {
  const workspace = {
    directory,
    invocation: fleetInvocation(directory, {}),
    environment: {},
    engineRoot: root,
    killEngine: () => {},
  };
  return ShardStack.open(stack, "fleet", workspace, {});
}

test("reads the version of the engine on PATH once, and opens stacks with the engines of their workspaces", async () => {
  writeEngine(directory, "on PATH", "v3.1.0");
  await expect(open("shard-0001")).rejects.toThrow("the stack 'shard-0001' cannot be opened");
  writeEngine(directory, "on PATH", "v3.259.0");
  for (const name of ["first", "second"]) {
    mkdirSync(join(directory, name, "bin"), { recursive: true });
    writeEngine(join(directory, name), name, "v0.0.0");
    await open(`shard-of-${name}`, join(directory, name));
  }
  expect(readFileSync(log, "utf8").trim().split("\n")).toEqual([
    "on PATH: version",
    "on PATH: version",
    "first: stack select --stack shard-of-first --non-interactive",
    "second: stack select --stack shard-of-second --non-interactive",
  ]);
});
