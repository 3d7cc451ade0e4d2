import childProcess, { type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { runCommand } from "../../../provider/api/credentials/account-command";
import { onPlatform, testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";

let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const node = (script: string) => ({ argv: [process.execPath, "-e", script] as [string, ...string[]] });
/** Options with a time limit that no command reaches. */
const long = { timeoutMs: 60_000, environment: process.env };

test("passes input, environment and directory, and returns standard output", async () => {
  const script = `process.stdin.on("data", (data) => console.log(String(data), process.env.COMMAND_TEST, process.cwd(), process.argv[1]))`;
  const { argv } = node(script);
  const environment = { COMMAND_TEST: "from the environment" };
  const command = { argv: [...argv, "$HOME; 'a b'"] as [string, ...string[]] };
  const printed = await runCommand(command, "names", { ...long, environment, directory });
  expect(printed).toBe(`names from the environment ${realpathSync(directory)} $HOME; 'a b'\n`);
});

test("runs a command line in a shell", async () => {
  const printed = await runCommand(
    { shell: `"${process.execPath}" -e "console.log(1 + 1)" && echo done` },
    "",
    long,
  );
  expect(printed.split(/\s+/)).toEqual(["2", "done", ""]);
});

test.each([
  ["a missing program", { argv: ["/nowhere/at-all"] as [string] }, "cannot be started (ENOENT)"],
  ["an invalid argument", node("\0"), "cannot be started (ERR_INVALID_ARG_VALUE)"],
  [
    "an exit code",
    node(`console.log("5ecret"); console.error("5ecret"); process.exitCode = 3`),
    "exited with code 3",
  ],
  ["a signal", node(`process.kill(process.pid, "SIGKILL")`), "was killed by SIGKILL"],
])("reports %s without the output", async (_what, command, message) => {
  await expect(runCommand(command, "names", long)).rejects.toMatchObject({ name: "CommandFailure", message });
});

test("accepts a command that ignores its input and prints 3 MB", async () => {
  const printed = await runCommand(
    node(`process.stdin.destroy(); process.stdout.write("x".repeat(3e6))`),
    "n".repeat(1e6),
    long,
  );
  expect(printed).toHaveLength(3e6);
});

test("kills a command that prints more than 32 MiB", async () => {
  const endless = node(`const print = () => process.stdout.write("x".repeat(1e6), print); print()`);
  await expect(runCommand(endless, "", long)).rejects.toThrow(
    /^printed more than 33554432 bytes and was killed$/,
  );
});

const onPosix = testOnPosix("process groups and signals");

onPosix("kills a command that times out, with its child processes", async () => {
  const pids = join(directory, "pids");
  await expect(
    runCommand({ shell: `sleep 1000 & echo $$ $! > "${pids}"; sleep 1000` }, "", {
      ...long,
      timeoutMs: 1000,
    }),
  ).rejects.toThrow("did not finish within 1 s (pinterest:accountCommandTimeout) and was killed");
  for (const pid of readFileSync(pids, "utf8").split(" ").map(Number)) await exited(pid);
});

test("on Windows, ends a command that times out with `taskkill`", async () => {
  const spawn = jest.spyOn(childProcess, "spawn");
  await onPlatform("win32", async () => {
    const running = runCommand(node("setInterval(() => {}, 1000)"), "", { ...long, timeoutMs: 1 });
    const child = spawn.mock.results[0]?.value as ChildProcess;
    spawn.mockReturnValue(new EventEmitter() as ChildProcess);
    await expect(running).rejects.toThrow("was killed");
    child.kill();
    expect(spawn).toHaveBeenLastCalledWith(
      "taskkill",
      ["/pid", `${child.pid}`, "/T", "/F"],
      expect.anything(),
    );
  });
});

onPosix("asks a command to end if this process exits, so that it can save what it has", async () => {
  const earlier = process.listeners("exit");
  const ready = join(directory, "ready");
  const running = runCommand(
    node(`process.once("SIGTERM", () => { console.log("saved"); process.exit(); });
      setInterval(() => {}, 1000);
      require("node:fs").writeFileSync(${JSON.stringify(ready)}, "");`),
    "",
    long,
  );
  while (!existsSync(ready)) await new Promise((resolve) => setImmediate(resolve));
  // Calls what runs if this process exits.
  const added = process.listeners("exit").filter((listener) => !earlier.includes(listener));
  for (const listener of added) listener(0);
  expect(await running).toBe("saved\n");
});

/** Resolve when a process has exited. */
async function exited(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
      // A zombie has exited.
      if (/\) Z /.test(state)) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
