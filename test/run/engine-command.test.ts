import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { afterEach, expect, test as testOnAny } from "@jest/globals";
import { type EngineRun, readEngineRun } from "../../provider/run/engine-command";
import { testOnPosix } from "../platform";
import { temporaryDirectory } from "../temporary-directory";

const { ppid } = process;
const root = process.cwd();

// The engines and PowerShell are links and shell scripts.
const test = testOnPosix("shell scripts as programs");

const engines: ChildProcessByStdio<Writable, Readable, null>[] = [];
afterEach(() => {
  Object.defineProperty(process, "ppid", { value: ppid });
  process.chdir(root);
  for (const engine of engines.splice(0)) engine.stdin.end();
});

/**
 * An engine, as a shell script, that prints the process ID of the provider's parent, and exits when its standard input closes. `:` keeps the shell from
 * replacing itself with `cat`.
 */
const waitingEngine = "echo $$; cat; :";
/** An engine that starts the provider through shells, as the SDK starts the dynamic provider. */
const behindShells = (shells: number) => {
  const script = `if [ "$1" -gt 1 ]; then sh -c "$0" "$0" $(($1 - 1)); else ${waitingEngine}; fi; :`;
  return `sh -c '${script}' '${script}' ${shells}; :`;
};

/** The options that a provider process detects if the engine runs with these arguments, in a directory with this project file. */
async function optionsWith(
  args: readonly string[],
  {
    name = "pulumi",
    program = waitingEngine,
    providerDirectory = ".",
    project = "name: lab\nruntime: nodejs\n",
    projectFile = "Pulumi.yaml",
    environment = {} as NodeJS.ProcessEnv,
    platform = process.platform,
  } = {},
) {
  const directory = temporaryDirectory();
  symlinkSync("/bin/sh", join(directory, name));
  writeFileSync(join(directory, "engine.sh"), program);
  writeFileSync(join(directory, projectFile), project);
  const engine = spawn(join(directory, name), ["engine.sh", ...args], {
    cwd: directory,
    stdio: ["pipe", "pipe", "inherit"],
  });
  engines.push(engine);
  const [parent] = await engine.stdout.take(1).toArray();
  Object.defineProperty(process, "ppid", { value: Number(parent) });
  mkdirSync(join(directory, providerDirectory), { recursive: true });
  process.chdir(join(directory, providerDirectory));
  return factsOf(readEngineRun(environment, platform));
}

function factsOf(run: EngineRun) {
  return {
    refresh: run.isRefreshRequested,
    runProgram: run.isProgramRunRequested,
    lastConfiguration: run.mayUseLastConfiguration,
    partial: run.isPartial,
    preview: run.isPreview,
  };
}

test.each([
  ["up", false],
  ["destroy --yes", false],
  ["preview --refresh", true],
  ["up --refresh=false", false],
  ["up --refresh --refresh=false", false],
  ["--stack dev refresh", true],
  ["-s preview refresh", true],
  ["up --target refresh", false],
  ["up -yr", true],
  ["up -r=false", false],
  ["up -mrelease", false],
  ["up -rsprod", true],
  ["up -m -r", false],
  ["up --refresh=T", true],
  ["up --refresh=truex", false],
  ["a-s refresh", true],
  ["upgrade", undefined],
  ["stack ls", undefined],
])("`pulumi %s` requests a refresh: %s", async (args, refresh) => {
  expect(await optionsWith(args.split(" "))).toMatchObject({ refresh });
});

test.each([
  ["up", false],
  ["up --target a", true],
  ["up -ta", true],
  ["up -cteam=x", false],
  ["up --exclude=a", true],
  ["up --target-dependents=false", false],
  ["up --continue-on-error", true],
  ["up --continue-on-error=false", false],
  ["destroy --run-program --continue-on-error", true],
  ["destroy --continue-on-error", false],
  ["stack ls", false],
])("`pulumi %s` may leave resources out: %s", async (args, partial) => {
  expect(await optionsWith(args.split(" "))).toMatchObject({ partial });
});

test("a command may leave resources out if no engine is found", async () => {
  expect(await optionsWith(["up"], { name: "other" })).toMatchObject({ partial: true });
});

test.each([
  ["preview", true],
  ["pre --diff", true],
  ["refresh --preview-only", true],
  ["refresh --preview-only=false", false],
  ["up", false],
])("`pulumi %s` only previews: %s", async (args, preview) => {
  expect(await optionsWith(args.split(" "))).toMatchObject({ preview });
});

test.each([
  ["pulumi.exe", waitingEngine, true],
  ["pulumi", behindShells(1), true],
  ["pulumi", behindShells(3), true],
  ["pulumi", behindShells(4), undefined],
  ["pulumi-language-nodejs", waitingEngine, undefined],
])("finds an engine %s behind up to three shells", async (name, program, refresh) => {
  expect(await optionsWith(["refresh"], { name, program })).toMatchObject({ refresh });
});

const withPs = spawnSync("ps").error === undefined ? test : test.skip;
if (withPs === test.skip) console.log("skipped: this machine has no `ps`");

withPs.each([
  ["pulumi", waitingEngine, true],
  ["pulumi", behindShells(3), true],
  ["other", waitingEngine, undefined],
])("finds an engine %s by `ps` on other systems than Linux", async (name, program, refresh) => {
  const options = { name, program, platform: "darwin" } as const;
  expect(await optionsWith(["refresh", "--yes"], options)).toMatchObject({ refresh });
});

/** The facts on Windows if PowerShell prints these lines, or fails. */
function factsOnWindows(lines: readonly string[], { exitCode = 0 } = {}) {
  const directory = temporaryDirectory();
  const output = join(directory, "output");
  const script = join(directory, "script");
  writeFileSync(output, lines.map((line) => `${line}\r\n`).join(""));
  const program = `#!/bin/sh\nprintf %s "$*" > "${script}"\ncat "${output}"\nexit ${exitCode}\n`;
  writeFileSync(join(directory, "powershell.exe"), program, { mode: 0o755 });
  const environment = { PATH: [directory, process.env.PATH].join(delimiter) };
  const run = readEngineRun(environment, "win32");
  expect(existsSync(script)).toBe(false);
  const facts = factsOf(run);
  return { ...facts, script: readFileSync(script, "utf8") };
}

test.each([
  ["the parent", ["C:\\Pulumi\\bin\\pulumi.exe refresh --yes"], true, false],
  [
    "an ancestor in a directory with spaces, behind npm's command file",
    [
      'C:\\Windows\\system32\\cmd.exe /d /s /c "node_modules\\.bin\\pulumi-resource-pinterest.cmd 127.0.0.1:1"',
      '"C:\\My Apps\\Pulumi.exe"  up -m "say \\"--refresh\\" \\\\" --target "a b"',
    ],
    false,
    true,
  ],
  ["an argument that ends with a backslash", ['pulumi up --cwd "C:\\my shops\\\\" --refresh'], true, false],
  ["another program", ["", "C:\\Pulumi\\pulumi-language-nodejs.exe refresh"], undefined, true],
])("on Windows, finds the engine by PowerShell, on first use: %s", (_where, lines, refresh, partial) => {
  const printed = lines.map((line) => JSON.stringify(line));
  const facts = factsOnWindows(printed);
  expect(facts).toMatchObject({ refresh, partial });
  expect(facts.script).toContain(`$id = ${process.ppid}\n`);
});

const onWindows = process.platform === "win32" ? testOnAny : testOnAny.skip;
if (process.platform !== "win32") console.log("skipped: this is not Windows, which has the real PowerShell");

onWindows("finds the engine by the system's PowerShell", async () => {
  const directory = temporaryDirectory();
  const engine = join(directory, "pulumi.exe");
  copyFileSync(process.execPath, engine);
  const child = spawn(engine, ["-e", "console.log(); process.stdin.resume()", "refresh", "--yes"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await child.stdout.take(1).toArray();
  Object.defineProperty(process, "ppid", { value: child.pid });
  expect(readEngineRun(process.env).isRefreshRequested).toBe(true);
  // Windows does not delete a program that runs.
  child.stdin.end();
  await ended;
});

test("on Windows without PowerShell or its response, a command may leave resources out", () => {
  expect(factsOnWindows(['"pulumi up"'], { exitCode: 1 })).toMatchObject({ partial: true });
  expect(factsOnWindows(["not JSON"])).toMatchObject({ partial: true });
  expect(readEngineRun({ PATH: temporaryDirectory() }, "win32").isPartial).toBe(true);
});

test.each([
  ["Pulumi.yaml", "options:\n  refresh: always\n", true],
  ["Pulumi.yml", "options: {refresh: 'always'}", true],
  ["Pulumi.json", '{"options": {"refresh": "always"}}', true],
  ["Pulumi.yaml", "options:\n  refresh: never\n", false],
  ["Pulumi.yaml", "name: lab # refresh: always\n", false],
  ["Pulumi.yaml", "config:\n  refresh: always\n", false],
  ["Pulumi.yaml", "description: |\n  options:\n  refresh: always\n", false],
  ["other.yaml", "options:\n  refresh: always\n", false],
])("the option in %s applies unless the command line has one: %j", async (projectFile, project, refresh) => {
  expect(await optionsWith(["up"], { projectFile, project })).toMatchObject({ refresh });
  expect(await optionsWith(["up", "--refresh=false"], { projectFile, project })).toMatchObject({
    refresh: false,
  });
});

test("finds the option of a project whose program is in a directory below", async () => {
  const found = await optionsWith(["up"], {
    project: "options:\n  refresh: always\n",
    providerDirectory: "shop/src",
  });
  expect(found.refresh).toBe(true);
});

test.each([
  ["true", true],
  ["", false],
  ["0", false],
])("the option's environment variable applies unless the command line has one: %j", async (value, found) => {
  const environment = { PULUMI_OPTION_REFRESH: value, PULUMI_OPTION_RUN_PROGRAM: value };
  expect(await optionsWith(["up"], { environment })).toMatchObject({ refresh: found, runProgram: found });
  const options = ["up", "--refresh=false", "--run-program=false"];
  expect(await optionsWith(options, { environment })).toMatchObject({ refresh: false, runProgram: false });
});

test.each([
  ["destroy --yes", false],
  ["destroy --run-program --yes", true],
  ["up --refresh --run-program=true", true],
  ["refresh --run-program=false", false],
])("`pulumi %s` runs the program on request: %s", async (args, runProgram) => {
  expect(await optionsWith(args.split(" "))).toMatchObject({ runProgram });
});

test.each([
  ["up --yes", false],
  ["preview", false],
  ["up --refresh", true],
  ["up --refresh --run-program", false],
  ["refresh", true],
  ["destroy --yes", true],
  ["destroy --run-program", false],
  // The engine uses the default provider in state.
  ["import --yes", true],
])("`pulumi %s` may use the configuration of the last update: %s", async (args, lastConfiguration) => {
  expect(await optionsWith(args.split(" "))).toMatchObject({ lastConfiguration });
});

test.each([
  ["PULUMI_OPTION_TARGET", "a", true],
  ["PULUMI_OPTION_EXCLUDE_DEPENDENTS", "true", true],
  ["PULUMI_OPTION_TARGET", "", false],
  ["PULUMI_OPTION_CONTINUE_ON_ERROR", "1", true],
  ["PULUMI_OPTION_CONTINUE_ON_ERROR", "0", false],
])("with %s=%j, a command may leave resources out: %s", async (name, value, partial) => {
  expect(await optionsWith(["up"], { environment: { [name]: value } })).toMatchObject({ partial });
});

test.each([
  ["true", true],
  ["1", false],
  [undefined, false],
])("with PINTEREST_ALLOW_PARTIAL_DELETES=%s, such a command can delete: %s", (value, allows) => {
  const run = readEngineRun({ PINTEREST_ALLOW_PARTIAL_DELETES: value });
  expect(run.allowsPartialDeletes).toBe(allows);
});
