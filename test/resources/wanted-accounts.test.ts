import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { resetOptions, setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { readWantedAccounts } from "../../provider/process/wanted-accounts";
import { wantAccount } from "../../provider/resources/wanted-accounts";
import { FakeEngine } from "../process/helpers/fake-engine";
import { startRun } from "./helpers/run";

let base: string;
let engine: FakeEngine;

/** Makes what follows a run of the engine. */
function newRun(config: Record<string, string>): void {
  resetOptions("project", "stack", 1, engine.address, "", false, "");
  setMockOptions({});
  pulumi.runtime.setAllConfig(config);
}

const withCommand = { "pinterest:accountCommand": "print-tokens" };

beforeEach(async () => {
  base = mkdtempSync(join(os.tmpdir(), "pinterest-wanted-"));
  jest.spyOn(os, "tmpdir").mockReturnValue(base);
  engine = await FakeEngine.start();
  newRun(withCommand);
});

afterEach(async () => {
  const files = filesIn();
  await engine.stop();
  // Whatever was written is taken back when the engine is gone.
  while (files.length > 0 && filesIn().length > 0) await new Promise(setImmediate);
  jest.restoreAllMocks();
  rmSync(base, { recursive: true, force: true });
});

const filesIn = () =>
  readdirSync(base).flatMap((name) => readdirSync(join(base, name)).map((file) => join(base, name, file)));

/** What the provider process would read once the program has come to a rest. */
async function said(): Promise<readonly string[]> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const file = filesIn()[0];
  const { accounts } = file === undefined ? { accounts: [] } : JSON.parse(readFileSync(file, "utf8"));
  expect(readWantedAccounts(engine.address, accounts)).toEqual(accounts);
  return accounts;
}

test("all that a program wants in one go is said before it comes to anything else, each once", async () => {
  for (const name of ["a", "b", "a"]) wantAccount(name);
  wantAccount(undefined);
  // The next round of events is the first in which an engine could have heard of it.
  const next = new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await next;
  expect(readWantedAccounts(engine.address, ["a"])).toEqual(["a", "b"]);
});

test("what becomes known later is added", async () => {
  const later = Promise.withResolvers<string>();
  wantAccount(pulumi.output("a"));
  wantAccount(pulumi.output(later.promise));
  expect(await said()).toEqual(["a"]);
  later.resolve("b");
  expect(await said()).toEqual(["a", "b"]);
});

test("an account that is not known is not said", async () => {
  const unknown = new (pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
    new Set(),
    Promise.resolve("a"),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve(new Set()),
  );
  wantAccount(unknown);
  wantAccount("b");
  expect(await said()).toEqual(["b"]);
});

test("an account whose output fails is left to its resource", async () => {
  wantAccount(pulumi.output(Promise.reject(new Error("no account"))));
  wantAccount("b");
  expect(await said()).toEqual(["b"]);
});

test("nothing that is secret, or a token, is written down", async () => {
  wantAccount(pulumi.secret("a"));
  wantAccount("pina_5ecret_0123456789");
  wantAccount("b");
  expect(await said()).toEqual(["b"]);
});

test("an account whose token is configured is not for the command", async () => {
  newRun({ ...withCommand, "pinterest:accounts": '{"a":"pina_a"}' });
  wantAccount("a");
  wantAccount("b");
  expect(await said()).toEqual(["b"]);
});

test.each([
  ["no command", {}],
  ["a bad configuration", { ...withCommand, "pinterest:settleTimeout": "soon" }],
])("with %s nothing is written", async (_what, config) => {
  newRun(config);
  wantAccount("a");
  expect(await said()).toEqual([]);
});

test("under mocks nothing is written", async () => {
  await startRun({ config: withCommand });
  wantAccount("a");
  expect(await said()).toEqual([]);
});

test("without an engine nothing is written", async () => {
  resetOptions("project", "stack", 1, "", "", false, "");
  setMockOptions({});
  wantAccount("a");
  expect(await said()).toEqual([]);
});

test("it is taken back when the engine is gone, though the process lives on", async () => {
  wantAccount("a");
  expect(await said()).toEqual(["a"]);
  await engine.stop();
  while (filesIn().length > 0) await new Promise(setImmediate);
  engine = await FakeEngine.start();
});
