import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { expectProvider, ProviderProcesses } from "../../bench/engine/provider-processes.mts";

const isLinux = process.platform === "linux";
if (!isLinux) process.stderr.write("provider-processes.test.ts is skipped in part: /proc is Linux's\n");
const testOnLinux = isLinux ? test : test.skip;

let directory: string;
let engine: ChildProcess | undefined;
let providers: ProviderProcesses | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-processes-"));
});

afterEach(() => {
  providers?.end();
  engine?.stdin?.end();
  rmSync(directory, { recursive: true, force: true });
});

/** Lets a child with the same command line echo, so that it runs whenever the parent has answered. */
const echoByFork = `
  if (process.env.FORKED) process.stdin.pipe(process.stdout);
  else {
    const child = require("node:child_process").spawn(process.execPath, process.argv.slice(1), { env: { ...process.env, FORKED: "1" } });
    process.stdin.pipe(child.stdin);
    child.stdout.pipe(process.stdout);
  }`;

/** Of processor time, in milliseconds. */
const taken = 300;

/** Takes so much of it before it answers. */
const busy = `while (process.cpuUsage().user + process.cpuUsage().system < ${taken * 1_000});`;

/** A process that has started these scripts, which all live until its standard input ends. */
async function startEngine(...scripts: string[]): Promise<number> {
  const paths = scripts.map((script) => join(directory, script));
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    const kept = path.includes("pinterest") ? 150e6 : 1;
    const echo = path.includes("forking/") ? echoByFork : "process.stdin.pipe(process.stdout);";
    writeFileSync(path, `globalThis.kept = Buffer.alloc(${kept}, 1); ${busy} ${echo}`);
  }
  const program = `
    const children = ${JSON.stringify(paths)}.map((path) => require("node:child_process").spawn(process.execPath, [path]));
    process.stdin.on("end", () => children.forEach((child) => child.stdin.end())).resume();
    Promise.all(children.map((child) => new Promise((echoed) => { child.stdout.once("data", echoed); child.stdin.write("."); })))
      .then(() => process.stdout.write("started"));`;
  engine = spawn(process.execPath, ["-e", program]);
  await new Promise((resolve) => engine?.stdout?.once("data", resolve));
  return engine.pid as number;
}

/** What was seen when so many processes were. */
async function seen(processes: number) {
  while ((providers?.seen.processes ?? 0) < processes) await new Promise(setImmediate);
  return providers?.seen;
}

testOnLinux("the peak is that of the largest provider process, whosever child it is", async () => {
  const pid = await startEngine("cmd/dynamic-provider/index.js", "bin/pulumi-resource-pinterest");
  providers = new ProviderProcesses(pid);
  const both = await seen(2);
  expect(both?.processes).toBe(2);
  expect(both?.peakBytes).toBeGreaterThan(150e6);
  expect(both?.peakBytes).toBeLessThan(400e6);
});

testOnLinux("processor time is that of all provider processes together", async () => {
  const pid = await startEngine("cmd/dynamic-provider/index.js", "bin/pulumi-resource-nothing", "index.js");
  providers = new ProviderProcesses(pid);
  // Linux counts it in hundredths of a second, user and system apart.
  expect((await seen(2))?.cpuMs).toBeGreaterThanOrEqual(2 * (taken - 20));
});

testOnLinux("programs and language hosts are no providers", async () => {
  const pid = await startEngine("index.js", "pulumi-resource-pinterest.js", "bin/pulumi-resource-nothing");
  providers = new ProviderProcesses(pid);
  expect((await seen(1))?.processes).toBe(1);
});

testOnLinux(
  "a command that a provider has just forked still has its command line, and is no second one",
  async () => {
    const pid = await startEngine("forking/cmd/dynamic-provider/index.js");
    providers = new ProviderProcesses(pid);
    expect((await seen(1))?.processes).toBe(1);
  },
);

test("a command without a provider process has no figures", () => {
  expect(() => expectProvider({ providerProcesses: 0 }, "up")).toThrow(
    "No provider process was seen during up",
  );
  expect(() => expectProvider({ providerProcesses: 1 }, "up")).not.toThrow();
});
