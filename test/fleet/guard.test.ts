import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { renewedPermit } from "../../fleet/shard/guard";
import { temporaryDirectory } from "../temporary-directory";

const guard = resolve(__dirname, "../../dist/fleet/shard/guard.js");

/** Writes an engine that stores its process ID, runs `onSignal` on SIGINT, and never ends by itself. */
function writeEngine(directory: string, onSignal: string): string {
  const file = join(directory, "engine.js");
  const [pid, outlived] = ["pid", "outlived"].map((name) => JSON.stringify(join(directory, name)));
  writeFileSync(
    file,
    `#!/usr/bin/env node
     process.on("SIGINT", () => { ${onSignal} });
     process.stderr.on("error", () => {});
     setInterval(() => process.stderr.write("."), 1);
     if (process.argv[2] === "stack") {
       const { ppid } = process;
       const parentOfGuard = () => require("node:fs").readFileSync("/proc/" + ppid + "/stat", "utf8").split(") ").at(-1).split(" ")[1];
       const worker = parentOfGuard();
       // A guard checks its parent four times a second.
       let checks = 0;
       setInterval(() => parentOfGuard() !== worker && (checks += 1) === 5 && require("node:fs").writeFileSync(${outlived}, ""), 250);
     }
     require("node:fs").writeFileSync(${pid}, String(process.pid));
     console.log(process.argv.slice(2).join(" "));`,
    { mode: 0o755 },
  );
  return file;
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

interface Started {
  readonly parent: ChildProcess;
  readonly enginePid: number;
  readonly permit: string;
  readonly directory: string;
}

/** Starts a process that runs an engine with a guard, as a worker does. */
async function start(onSignal = "process.exit(3)", args = ["up", "--yes"]): Promise<Started> {
  const directory = temporaryDirectory();
  const permit = join(directory, "permit");
  writeFileSync(permit, renewedPermit());
  // Standard error of the guard is a pipe, which breaks when this process is killed.
  const script = `const child = require("node:child_process").spawn(${JSON.stringify(process.execPath)}, ${JSON.stringify([guard, ...args])},
      { stdio: ["inherit", "inherit", "pipe"] });
    child.on("close", (code) => process.exit(code));
    child.stderr.resume();`;
  const parent = spawn(process.execPath, ["-e", script], {
    env: {
      ...process.env,
      PINTEREST_FLEET_ENGINE: writeEngine(directory, onSignal),
      PINTEREST_FLEET_PERMIT: permit,
    },
    stdio: "ignore",
  });
  const file = join(directory, "pid");
  await until(() => existsSync(file) && readFileSync(file, "utf8") !== "");
  return { parent, enginePid: Number(readFileSync(file, "utf8")), permit, directory };
}

test("passes the settings of a worker's environment to the engine, but not the fleet's secrets", async () => {
  const directory = temporaryDirectory();
  const permit = join(directory, "permit");
  const engine = join(directory, "engine.js");
  writeFileSync(permit, renewedPermit());
  writeFileSync(
    engine,
    "#!/usr/bin/env node\nconst { env } = process;\nconsole.log(env.PINTEREST_ON_DELETE, env.PINTEREST_FLEET_DATABASE);",
    { mode: 0o755 },
  );
  const child = spawn(process.execPath, [guard, "up"], {
    env: {
      ...process.env,
      PINTEREST_FLEET_ENGINE: engine,
      PINTEREST_FLEET_PERMIT: permit,
      PINTEREST_ON_DELETE: "refuse",
      PINTEREST_FLEET_DATABASE: "postgres://localhost",
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(output).toBe("refuse undefined\n");
});

test("kills the engine if its worker dies", async () => {
  const { parent, enginePid } = await start();
  expect(isAlive(enginePid)).toBe(true);
  parent.kill("SIGKILL");
  await until(() => !isAlive(enginePid));
});

test("lets an engine finish if it creates a stack, because no command could remove its lock", async () => {
  const { parent, enginePid, directory, permit } = await start("", ["stack", "init", "shard-0001"]);
  parent.kill("SIGKILL");
  await until(() => existsSync(join(directory, "outlived")) || !isAlive(enginePid));
  expect(isAlive(enginePid)).toBe(true);
  rmSync(permit);
  await until(() => !isAlive(enginePid));
});

test("kills the engine if its permit is deleted, even if the engine ignores signals", async () => {
  const { parent, enginePid, permit } = await start("");
  rmSync(permit);
  const code = await new Promise((resolve) => parent.on("close", resolve));
  expect(isAlive(enginePid)).toBe(false);
  expect(code).toBe(128 + 9);
});

test("kills the engine if its permit is not renewed", async () => {
  const { parent, enginePid, permit } = await start("");
  writeFileSync(permit, String(Number(renewedPermit()) - 15_000));
  expect(await new Promise((resolve) => parent.on("close", resolve))).toBe(128 + 9);
  expect(isAlive(enginePid)).toBe(false);
});

test("ends the processes that a killed engine leaves, and lets them complete requests for tokens", async () => {
  const directory = temporaryDirectory();
  const [permit, engine, pids, saved] = ["permit", "engine.js", "pids", "saved"].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  writeFileSync(permit, renewedPermit());
  const processes = [
    `process.on("SIGTERM", () => setTimeout(() => { require("fs").writeFileSync(${JSON.stringify(saved)}, ""); process.exit(); }, 300));`,
    'process.on("SIGTERM", () => {});',
  ];
  writeFileSync(
    engine,
    `#!/usr/bin/env node
     const { spawn } = require("node:child_process");
     const children = ${JSON.stringify(processes)}.map((script) =>
       spawn(process.execPath, ["-e", script + "console.log(); setInterval(() => {}, 1000)"], { stdio: ["ignore", "pipe", "inherit"] }));
     require("node:fs").writeFileSync(${JSON.stringify(pids)}, children.map(({ pid }) => pid).join());
     Promise.all(children.map(({ stdout }) => require("node:events").once(stdout, "data"))).then(() => process.kill(process.pid, "SIGKILL"));`,
    { mode: 0o755 },
  );
  const child = spawn(process.execPath, [guard, "up"], {
    env: { ...process.env, PINTEREST_FLEET_ENGINE: engine, PINTEREST_FLEET_PERMIT: permit },
    stdio: ["ignore", "ignore", "pipe"],
    // A worker runs the guard in its own session, too.
    detached: true,
  });
  child.stderr.resume();
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(128 + 9);
  expect(existsSync(saved)).toBe(true);
  expect(readFileSync(pids, "utf8").split(",").map(Number).filter(isAlive)).toEqual([]);
});

test("forwards signals, arguments and the exit code", async () => {
  const directory = temporaryDirectory();
  const permit = join(directory, "permit");
  writeFileSync(permit, renewedPermit());
  const child = spawn(process.execPath, [guard, "up", "--yes"], {
    env: {
      ...process.env,
      PINTEREST_FLEET_ENGINE: writeEngine(directory, "process.exit(3)"),
      PINTEREST_FLEET_PERMIT: permit,
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (text) => {
      output += text;
      resolve();
    });
  });
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(3);
  expect(output).toBe("up --yes\n");
});

test.each([
  [
    "keeps the engine's mark if the engine could not unlock its stack",
    "error: there was a problem deleting the lock at postgres://****",
    true,
  ],
  [
    "deletes the engine's mark after another failure",
    "error: the stack is currently locked by 1 lock(s)",
    false,
  ],
])("%s", async (_title, message, isKept) => {
  const directory = temporaryDirectory();
  const permit = join(directory, "permit");
  const file = join(directory, "engine.js");
  writeFileSync(permit, renewedPermit());
  writeFileSync(
    file,
    `#!/usr/bin/env node\nconsole.error(${JSON.stringify(message)}); process.exitCode = 255;`,
    {
      mode: 0o755,
    },
  );
  const child = spawn(process.execPath, [guard], {
    env: { ...process.env, PINTEREST_FLEET_ENGINE: file, PINTEREST_FLEET_PERMIT: permit },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(255);
  expect(errors).toContain(message);
  expect(readdirSync(directory).some((name) => name.startsWith("permit.engine-"))).toBe(isKept);
});

test("reports a missing engine", async () => {
  const permit = join(temporaryDirectory(), "permit");
  writeFileSync(permit, renewedPermit());
  const child = spawn(process.execPath, [guard], {
    env: { ...process.env, PINTEREST_FLEET_ENGINE: "/no/engine", PINTEREST_FLEET_PERMIT: permit },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
  expect(errors).toContain("the engine /no/engine cannot be run");
});
