import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { resetOptions, setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RunLedger } from "../../provider/run/ledger";
import { recordAccount, recordRequest } from "../../provider/sdk/run-records";
import { FakeEngine } from "../run/helpers/fake-engine";

let base: string;
const realDirectory = RunLedger.directory;
let engine: FakeEngine;

/** Start a run of the engine. */
function newRun(config: Record<string, string>, isPreview = false): void {
  resetOptions("project", "stack", 1, engine.address, "", false, "");
  setMockOptions({}, "project", "stack", isPreview);
  pulumi.runtime.setAllConfig(config);
}

const withCommand = { "pinterest:accountCommand": "print-tokens" };

beforeEach(async () => {
  base = mkdtempSync(join(os.tmpdir(), "pinterest-records-"));
  RunLedger.directory = base;
  chmodSync(base, 0o700);
  engine = await FakeEngine.start();
  newRun(withCommand);
});

afterEach(async () => {
  const files = filesIn();
  await engine.stop();
  // The file is renamed when the engine exits.
  if (files.length > 0) await untilEnded();
  RunLedger.directory = realDirectory;
  rmSync(base, { recursive: true, force: true });
});

const filesIn = () =>
  readdirSync(base, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));

async function untilEnded(): Promise<void> {
  while (filesIn().length > 0) await pause(5);
}

/** The accounts that a provider process reads when the program is idle. */
async function recordedAccounts(): Promise<readonly string[]> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const provider = new RunLedger(engine.address);
  const accounts = filesIn().length === 0 ? [] : [...provider.knownRecords().accounts];
  return accounts;
}

test("records all accounts that a program uses before the engine can start to create them, each once", async () => {
  for (const name of ["a", "b", "a"]) recordAccount(name);
  recordAccount(undefined);
  // The engine can receive a registration in the next turn of the event loop at the earliest.
  await new Promise(setImmediate);
  const [file = ""] = filesIn();
  const lines = readFileSync(join(base, file), "utf8").split("\n").filter(Boolean);
  expect(lines.flatMap((line) => JSON.parse(line).account ?? [])).toEqual(["a", "b"]);
});

test("adds accounts that become known later", async () => {
  const later = Promise.withResolvers<string>();
  recordAccount(pulumi.output("a"));
  recordAccount(pulumi.output(later.promise));
  expect(await recordedAccounts()).toEqual(["a"]);
  later.resolve("b");
  expect(await recordedAccounts()).toEqual(["a", "b"]);
});

test.each<[string, () => pulumi.Input<string>]>([
  ["a secret", () => pulumi.secret("a")],
  ["a token", () => "pina_5ecret_0123456789"],
  ["an account whose output fails", () => pulumi.output(Promise.reject(new Error("no account")))],
  ["an account whose token is configured", () => "configured"],
])("does not record %s", async (_what, account) => {
  newRun({ ...withCommand, "pinterest:accounts": '{"configured":"pina_a"}' });
  recordAccount(account());
  recordAccount("b");
  expect(await recordedAccounts()).toEqual(["b"]);
});

test.each<[string, (request: RegisterResourceRequest) => unknown]>([
  ["a remote component", (request) => request.setRemote(true)],
  ["a resource with a transform", (request) => request.setTransformsList([new Callback()])],
])("records that the resources of a program with %s are not all known", (_what, change) => {
  const request = new RegisterResourceRequest();
  const ledger = new RunLedger();
  recordRequest(request, ledger);
  expect(ledger.knownRecords().notes("incomplete")).toHaveLength(0);
  change(request);
  recordRequest(request, ledger);
  expect(ledger.knownRecords().notes("incomplete")).toHaveLength(1);
  // No stack belongs to this process, so it is not the program.
  expect(ledger.knownRecords().notes("program")).toHaveLength(0);
});

test.each(["onDelete", "pinterest:onDelete"])(
  "records the limits of a provider in the property %s",
  (name) => {
    const request = new RegisterResourceRequest();
    request.setType("pulumi:providers:pinterest");
    request.setObject(Struct.fromJavaScript({ [name]: "refuse", accessToken: "5ecret" }));
    const ledger = new RunLedger();
    recordRequest(request, ledger);
    expect(ledger.knownRecords().notes("limits")).toEqual([{ event: "limits", onDelete: "refuse" }]);
  },
);

test("records nothing without a command", async () => {
  newRun({});
  recordAccount("a");
  expect(await recordedAccounts()).toEqual([]);
});

test("ends the records when the engine exits, even if the process continues", async () => {
  recordAccount("a");
  expect(await recordedAccounts()).toEqual(["a"]);
  await engine.stop();
  await untilEnded();
  engine = await FakeEngine.start();
});

test("keeps the records when the program exits, because the engine deletes afterwards", async () => {
  recordAccount("a");
  expect(await recordedAccounts()).toEqual(["a"]);
  const onExit = process.listeners("exit").at(-1) as (code: number) => void;
  onExit(0);
  expect(filesIn()).toHaveLength(1);
});

test("adds no listener for each program of a process, because Node.js warns about more than ten", async () => {
  const listeners = process.listenerCount("exit");
  for (const account of ["a", "b"]) {
    newRun(withCommand);
    recordAccount(account);
  }
  expect(await recordedAccounts()).toEqual(["a", "b"]);
  expect(process.listenerCount("exit")).toBe(listeners);
});
