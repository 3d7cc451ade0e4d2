import { join } from "node:path";
import { expect } from "@jest/globals";
import { openTargets, type TargetOptions } from "../../../cli/drift/targets";
import { testOnPosix } from "../../platform";
import { ScriptedEngine } from "../helpers/scripted-engine";

const test = testOnPosix("shell scripts as programs");
const engine = new ScriptedEngine();

const stacks = { "stack ls": { output: [{ name: "dev", current: true }, { name: "prod" }] } };

/** Opens stacks of the project shops. @returns the name of each, or the error of one that cannot be opened */
async function open(options: TargetOptions, responses: Parameters<typeof engine.write>[0] = {}) {
  engine.file("Pulumi.yaml", "name: shops\nruntime: yaml\n");
  engine.write({ ...stacks, ...responses });
  const targets = await openTargets({ cwd: [engine.directory], ...options }, process.env);
  return targets.map(({ stack, unusable }) =>
    unusable ? `${unusable.project}/${unusable.stack}: ${unusable.errors}` : stack.name,
  );
}

test("opens the selected stack, the named ones, or all of them, each once", async () => {
  expect(await open({})).toEqual(["dev"]);
  expect(await open({ stack: ["prod", "dev", "prod"] })).toEqual(["prod", "dev"]);
  expect(await open({ allStacks: true, cwd: [engine.directory, engine.directory] })).toEqual(["dev", "prod"]);
});

const missing = { "stack --stack": { error: "error: no stack named 'test' found" } };
const locked = { "stack --stack": { error: "error: no access to its backend" } };

test("fails if the only stack does not exist, and reports it next to other stacks", async () => {
  await expect(open({ stack: ["test"] }, missing)).rejects.toThrow("stack 'test' cannot be opened");
  expect(await open({ stack: ["dev", "test"] }, missing)).toEqual([
    "dev",
    expect.stringMatching(/\/test: stack 'test' cannot be opened\nerror: no stack named/),
  ]);
});

test("reports a stack that exists and cannot be opened, with the name of its project", async () => {
  const reported = ["shops/test: stack 'test' cannot be opened\nerror: no access to its backend"];
  expect(await open({ stack: ["test"] }, locked)).toEqual(reported);
});

test("reports a directory without a project next to the stacks of others, and fails if it is the only one", async () => {
  const none = join(engine.directory, "none");
  expect(await open({ cwd: [none, engine.directory] })).toEqual([
    expect.stringMatching(/^none\/\(none\): the directory .* does not exist/),
    "dev",
  ]);
  expect(await open({ cwd: [none, engine.directory], allStacks: true })).toEqual([
    expect.stringMatching(/^none\/\(none\): the directory .* does not exist/),
    "dev",
    "prod",
  ]);
  await expect(open({ cwd: [none], allStacks: true })).rejects.toThrow("does not exist");
});
