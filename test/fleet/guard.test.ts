import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test } from "@jest/globals";
import { renewedPermit } from "../../fleet/shard/guard";
import { heartbeats } from "../expected/limits";
import { temporaryDirectory } from "../temporary-directory";

const guard = resolve(__dirname, "../../dist/fleet/shard/guard.js");
const killed = 128 + 9;

let directory: string;
const file = (name: string) => join(directory, name);
const quoted = (name: string) => JSON.stringify(file(name));

beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(file("permit"), renewedPermit());
});

/** Writes the engine, a script in JavaScript. */
function writeEngine(script: string): void {
  writeFileSync(file("engine"), `#!/usr/bin/env node\n${script}`, { mode: 0o755 });
}

const environment = () => ({
  ...process.env,
  PINTEREST_FLEET_ENGINE: file("engine"),
  PINTEREST_FLEET_PERMIT: file("permit"),
});

/** Starts a guard in its own session, as a worker does. `ended` resolves with its exit code. */
function startGuard(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [guard, ...args], {
    env: { ...environment(), ...more },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return { child, output, ended: new Promise((resolve) => child.on("close", resolve)) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20);
}

function isAlive(pid: number): boolean {
  try {
    // A process that has exited is a zombie (Z) until its parent reads its exit status.
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Starts a worker, which runs an engine that ignores SIGINT with a guard. */
async function startWorker(args: readonly string[]) {
  writeEngine(`
    process.on("SIGINT", () => {});
    process.stderr.on("error", () => {});
    setInterval(() => process.stderr.write("."), 1);
    const { readFileSync, writeFileSync } = require("node:fs");
    const parentOfGuard = () => readFileSync("/proc/" + process.ppid + "/stat", "utf8").split(") ").at(-1).split(" ")[1];
    const worker = parentOfGuard();
    // A guard checks its parent four times a second. Its checks have no other effect than a kill, so the test lets the time of five pass.
    let checks = 0;
    setInterval(() => parentOfGuard() !== worker && (checks += 1) === 5 && writeFileSync(${quoted("outlived")}, ""), 250);
    writeFileSync(${quoted("pid")}, String(process.pid));`);
  // Standard error of the guard is a pipe, which breaks when the worker is killed.
  const script = `const child = require("node:child_process").spawn(${JSON.stringify(process.execPath)}, ${JSON.stringify([guard, ...args])},
      { stdio: ["inherit", "inherit", "pipe"] });
    child.on("close", (code) => process.exit(code));
    child.stderr.resume();`;
  const worker = spawn(process.execPath, ["-e", script], { env: environment(), stdio: "ignore" });
  const ended = new Promise((resolve) => worker.on("close", resolve));
  await until(() => existsSync(file("pid")) && readFileSync(file("pid"), "utf8") !== "");
  const enginePid = Number(readFileSync(file("pid"), "utf8"));
  return { worker, ended, isEngineAlive: () => isAlive(enginePid) };
}

test("kills the engine if its worker dies", async () => {
  const { worker, isEngineAlive } = await startWorker(["up"]);
  expect(isEngineAlive()).toBe(true);
  worker.kill("SIGKILL");
  await until(() => !isEngineAlive());
});

test("lets an engine finish if it creates a stack, because no command could remove its lock", async () => {
  const { worker, isEngineAlive } = await startWorker(["stack", "init", "shard-0001"]);
  worker.kill("SIGKILL");
  await until(() => existsSync(file("outlived")) || !isEngineAlive());
  expect(isEngineAlive()).toBe(true);
  rmSync(file("permit"));
  await until(() => !isEngineAlive());
});

test.each([
  ["is deleted", () => rmSync(file("permit"))],
  [
    "is not renewed",
    () =>
      writeFileSync(
        file("permit"),
        String(Number(renewedPermit()) - heartbeats.engineStopsAfterSeconds * 1_000),
      ),
  ],
])("kills the engine if its permit %s, even if the engine ignores signals", async (_what, change) => {
  const { ended, isEngineAlive } = await startWorker(["up"]);
  change();
  expect(await ended).toBe(killed);
  expect(isEngineAlive()).toBe(false);
});

test("ends the processes that a killed engine leaves, and lets them complete requests for tokens", async () => {
  const requestingTokens = `
    const { existsSync, writeFileSync } = require("node:fs");
    process.on("SIGTERM", () => {
      writeFileSync(${quoted("terminating")}, "");
      setInterval(() => {
        if (!existsSync(${quoted("response")})) return;
        writeFileSync(${quoted("saved")}, "");
        process.exit();
      }, 10);
    });`;
  // The guard kills it after 5 s, the longest time that a request for tokens may take. The time really passes.
  const ignoringSignals = 'process.on("SIGTERM", () => {});';
  writeEngine(`
    const { spawn } = require("node:child_process");
    const children = ${JSON.stringify([requestingTokens, ignoringSignals])}.map((script) =>
      spawn(process.execPath, ["-e", script + "console.log(); setInterval(() => {}, 1000)"], { stdio: ["ignore", "pipe", "inherit"] }));
    require("node:fs").writeFileSync(${quoted("pids")}, children.map(({ pid }) => pid).join());
    Promise.all(children.map(({ stdout }) => require("node:events").once(stdout, "data"))).then(() => process.kill(process.pid, "SIGKILL"));`);
  const { ended } = startGuard(["up"]);
  await Promise.race([until(() => existsSync(file("terminating"))), ended]);
  const startedAt = performance.now();
  writeFileSync(file("response"), "");
  expect(await ended).toBe(killed);
  expect(performance.now() - startedAt).toBeGreaterThan(4_500);
  expect(existsSync(file("saved"))).toBe(true);
  expect(readFileSync(file("pids"), "utf8").split(",").map(Number).filter(isAlive)).toEqual([]);
});

test("forwards signals, arguments, the exit code and settings, but not the fleet's secrets", async () => {
  writeEngine(`
    process.on("SIGINT", () => process.exit(3));
    setInterval(() => {}, 1000);
    console.log(process.argv.slice(2).join(" "), process.env.PINTEREST_ON_DELETE, process.env.PINTEREST_FLEET_DATABASE);`);
  const { child, output, ended } = startGuard(["up", "--yes"], {
    PINTEREST_ON_DELETE: "refuse",
    PINTEREST_FLEET_DATABASE: "postgres://localhost",
  });
  await until(() => output.stdout !== "");
  child.kill("SIGINT");
  expect(await ended).toBe(3);
  expect(output.stdout).toBe("up --yes refuse undefined\n");
});

test.each([
  ["error: there was a problem deleting the lock at postgres://****", true],
  ["error: the stack is currently locked by 1 lock(s)", false],
])("after %j, the mark of an engine that could not unlock its stack remains: %s", async (message, isKept) => {
  writeEngine(`console.error(${JSON.stringify(message)}); process.exitCode = 255;`);
  const { output, ended } = startGuard([]);
  expect(await ended).toBe(255);
  expect(output.stderr).toContain(message);
  expect(readdirSync(directory).some((name) => name.startsWith("permit.engine-"))).toBe(isKept);
});

test("reports a missing engine", async () => {
  const { output, ended } = startGuard([], { PINTEREST_FLEET_ENGINE: "/no/engine" });
  expect(await ended).toBe(1);
  expect(output.stderr).toContain("the engine /no/engine cannot be run");
});
