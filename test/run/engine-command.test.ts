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

/** What a provider process detects about a command, such as "up --refresh", of the engine that started it. @param options.name that of the engine. */
async function detect(
  command: string,
  {
    name = "pulumi",
    program = waitingEngine,
    providerDirectory = ".",
    project = "name: lab\nruntime: nodejs\n",
    projectFile = "Pulumi.yaml",
    environment = {} as NodeJS.ProcessEnv,
    platform = process.platform,
  } = {},
): Promise<EngineRun> {
  const directory = temporaryDirectory();
  symlinkSync("/bin/sh", join(directory, name));
  writeFileSync(join(directory, "engine.sh"), program);
  writeFileSync(join(directory, projectFile), project);
  const engine = spawn(join(directory, name), ["engine.sh", ...command.split(" ")], {
    cwd: directory,
    stdio: ["pipe", "pipe", "inherit"],
  });
  engines.push(engine);
  const [parent] = await engine.stdout.take(1).toArray();
  // This process acts as the provider process.
  Object.defineProperty(process, "ppid", { value: Number(parent) });
  mkdirSync(join(directory, providerDirectory), { recursive: true });
  process.chdir(join(directory, providerDirectory));
  return { ...readEngineRun(environment, platform) };
}

test.each([
  ["up", false],
  ["destroy --yes", false],
  ["preview --refresh", true],
  ["up --refresh=false", false],
  ["up --refresh --refresh=false", false],
  ["up --refresh=T", true],
  ["up --refresh=truex", false],
  // `dev`, `preview` and `refresh` are values of options.
  ["--stack dev refresh", true],
  ["-s preview refresh", true],
  ["up --target refresh", false],
  // `-y` and `-r` are flags, `-m` and `-s` have a value.
  ["up -yr", true],
  ["up -r=false", false],
  ["up -mrelease", false],
  ["up -rsprod", true],
  ["up -m -r", false],
  // `a-s` is not an option.
  ["a-s refresh", true],
  ["upgrade", undefined],
  ["stack ls", undefined],
])("isRefreshRequested of `pulumi %s` is %s", async (command, isRefreshRequested) => {
  expect(await detect(command)).toMatchObject({ isRefreshRequested });
});

test.each([
  ["up", false],
  ["up --target a", true],
  ["up -ta", true],
  ["up -cteam=x", false],
  ["up --target-dependents=false", false],
  ["up --continue-on-error", true],
  ["up --continue-on-error=false", false],
  ["destroy --run-program --continue-on-error", true],
  ["destroy --continue-on-error", false],
  ["dn --continue-on-error", false],
  ["stack ls", false],
])("isPartial of `pulumi %s` is %s", async (command, isPartial) => {
  expect(await detect(command)).toMatchObject({ isPartial });
});

test.each([
  ["up --exclude=a", true],
  ["destroy -x a", true],
  ["destroy -xa", true],
  ["destroy --exclude-protected", true],
  ["destroy --target a", false],
])("hasExcludes of `pulumi %s` is %s, and the command is partial", async (command, hasExcludes) => {
  expect(await detect(command)).toMatchObject({ isPartial: true, hasExcludes });
});

test.each(["destroy", "down", "dn"])("`pulumi %s` is a destroy", async (command) => {
  expect(await detect(command)).toMatchObject({ isDestroy: true, isRefreshRequested: false });
});

test("a command may leave resources out if no engine is found", async () => {
  expect(await detect("up", { name: "other" })).toMatchObject({ isPartial: true });
});

test.each([
  ["preview", true],
  ["pre --diff", true],
  ["refresh --preview-only", true],
  ["refresh --preview-only=false", false],
  ["up", false],
])("isPreview of `pulumi %s` is %s", async (command, isPreview) => {
  expect(await detect(command)).toMatchObject({ isPreview });
});

test.each([
  ["finds an engine that is the parent", { name: "pulumi.exe" }, true],
  ["finds an engine behind a shell", { program: behindShells(1) }, true],
  ["finds an engine behind three shells", { program: behindShells(3) }, true],
  ["does not find an engine behind four shells", { program: behindShells(4) }, undefined],
  ["takes no other program for the engine", { name: "pulumi-language-nodejs" }, undefined],
])("%s", async (_what, options, isRefreshRequested) => {
  expect(await detect("refresh", options)).toMatchObject({ isRefreshRequested });
});

const withPs = spawnSync("ps").error === undefined ? test : test.skip;
if (withPs === test.skip) console.log("skipped: this machine has no `ps`");

withPs.each([
  ["finds an engine that is the parent", {}, true],
  ["finds an engine behind three shells", { program: behindShells(3) }, true],
  ["takes no other program for the engine", { name: "other" }, undefined],
])("on other systems than Linux, %s, by `ps`", async (_what, options, isRefreshRequested) => {
  expect(await detect("refresh --yes", { ...options, platform: "darwin" })).toMatchObject({
    isRefreshRequested,
  });
});

/** What a provider process detects on Windows if PowerShell prints these lines or fails, and the script that PowerShell ran. */
function detectOnWindows(lines: readonly string[], { exitCode = 0 } = {}) {
  const directory = temporaryDirectory();
  const output = join(directory, "output");
  const script = join(directory, "script");
  writeFileSync(output, lines.map((line) => `${line}\r\n`).join(""));
  const program = `#!/bin/sh\nprintf %s "$*" > "${script}"\ncat "${output}"\nexit ${exitCode}\n`;
  writeFileSync(join(directory, "powershell.exe"), program, { mode: 0o755 });
  const run = readEngineRun({ PATH: [directory, process.env.PATH].join(delimiter) }, "win32");
  // PowerShell takes seconds to start, and runs when the first fact is used.
  expect(existsSync(script)).toBe(false);
  return { run: { ...run }, script: readFileSync(script, "utf8") };
}

test.each([
  [
    "finds an engine that is the parent",
    ["C:\\Pulumi\\bin\\pulumi.exe refresh --yes"],
    { isRefreshRequested: true, isPartial: false },
  ],
  [
    "finds an engine in a directory with spaces, behind npm's command file",
    [
      'C:\\Windows\\system32\\cmd.exe /d /s /c "node_modules\\.bin\\pulumi-resource-pinterest.cmd 127.0.0.1:1"',
      '"C:\\My Apps\\Pulumi.exe"  up -m "say \\"--refresh\\" \\\\" --target "a b"',
    ],
    { isRefreshRequested: false, isPartial: true },
  ],
  [
    "reads the option after an argument that ends with a backslash",
    ['pulumi up --cwd "C:\\my shops\\\\" --refresh'],
    { isRefreshRequested: true, isPartial: false },
  ],
  [
    "takes no other program for the engine",
    ["", "C:\\Pulumi\\pulumi-language-nodejs.exe refresh"],
    { isRefreshRequested: undefined, isPartial: true },
  ],
])("on Windows, %s, by PowerShell", (_what, commandLines, expected) => {
  const { run, script } = detectOnWindows(commandLines.map((line) => JSON.stringify(line)));
  expect(run).toMatchObject(expected);
  expect(script).toContain(`$id = ${process.ppid}\n`);
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
  expect(detectOnWindows(['"pulumi up"'], { exitCode: 1 }).run).toMatchObject({ isPartial: true });
  expect(detectOnWindows(["not JSON"]).run).toMatchObject({ isPartial: true });
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
])(
  "in a project whose %s is %j, isRefreshRequested of `pulumi up` is %s",
  async (projectFile, project, found) => {
    expect(await detect("up", { projectFile, project })).toMatchObject({ isRefreshRequested: found });
    // The command line takes precedence.
    expect(await detect("up --refresh=false", { projectFile, project })).toMatchObject({
      isRefreshRequested: false,
    });
  },
);

test("finds the option of a project whose program is in a directory below", async () => {
  const project = "options:\n  refresh: always\n";
  const found = await detect("up", { project, providerDirectory: "shop/src" });
  expect(found.isRefreshRequested).toBe(true);
});

test.each([
  ["true", true],
  ["", false],
  ["0", false],
])(
  "environment variables with the value %j set options to %s, unless the command line has them",
  async (value, isSet) => {
    const environment = { PULUMI_OPTION_REFRESH: value, PULUMI_OPTION_RUN_PROGRAM: value };
    expect(await detect("up", { environment })).toMatchObject({
      isRefreshRequested: isSet,
      isProgramRunRequested: isSet,
    });
    expect(await detect("up --refresh=false --run-program=false", { environment })).toMatchObject({
      isRefreshRequested: false,
      isProgramRunRequested: false,
    });
  },
);

test.each([
  ["destroy --yes", false],
  ["destroy --run-program --yes", true],
  ["up --refresh --run-program=true", true],
  ["refresh --run-program=false", false],
])("isProgramRunRequested of `pulumi %s` is %s", async (command, isProgramRunRequested) => {
  expect(await detect(command)).toMatchObject({ isProgramRunRequested });
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
])("mayUseLastConfiguration of `pulumi %s` is %s", async (command, mayUseLastConfiguration) => {
  expect(await detect(command)).toMatchObject({ mayUseLastConfiguration });
});

test.each([
  ["PULUMI_OPTION_TARGET", "a", true],
  ["PULUMI_OPTION_EXCLUDE_DEPENDENTS", "true", true],
  ["PULUMI_OPTION_TARGET", "", false],
  ["PULUMI_OPTION_CONTINUE_ON_ERROR", "1", true],
  ["PULUMI_OPTION_CONTINUE_ON_ERROR", "0", false],
])("with %s=%j, isPartial of `pulumi up` is %s", async (name, value, isPartial) => {
  expect(await detect("up", { environment: { [name]: value } })).toMatchObject({ isPartial });
});

test.each([
  ["true", true],
  ["1", false],
  [undefined, false],
])("with PINTEREST_ALLOW_PARTIAL_DELETES=%s, allowsPartialDeletes is %s", (value, allowsPartialDeletes) => {
  expect(readEngineRun({ PINTEREST_ALLOW_PARTIAL_DELETES: value })).toMatchObject({ allowsPartialDeletes });
});
