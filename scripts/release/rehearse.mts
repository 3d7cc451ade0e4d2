// Rehearses a release: sets the version, runs the jobs of release.yml in a copy of the last commit, publishes to stand-ins for GitHub and the
// registries, and installs and runs what is published. Prints a digest of each file, so that you can compare two rehearsals.
// Arguments: the version, or the part to increase as in `npm version`. Default: minor. To keep the files, set KEEP_REHEARSAL=1.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import { ensureEngine, userCacheDir } from "../engine/ensure.mts";
import { type PackageNames, packageNamesOf } from "../schema/address.mts";
import { withPackageNames } from "../schema/examples.mts";
import { actionStandIns } from "./stand-ins/actions.mts";
import { startNpmRegistry } from "./stand-ins/npm-registry.mts";
import { startFileServer } from "./stand-ins/server.mts";
import { runJob } from "./workflow-job.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../../emulator/index.ts");

const repository = resolve(import.meta.dirname, "../..");
const [bump = "minor"] = process.argv.slice(2);
const owner = "rehearsal-owner";
const address = `https://github.com/${owner}/pulumi-pinterest`;

const scratch = mkdtempSync(join(tmpdir(), "pulumi-pinterest-release-"));
const inScratch = (path: string) => join(scratch, path);
/** The user's clone, from which the release starts. */
const clone = inScratch("clone");
/** The repository at GitHub. */
const remote = inScratch("remote.git");
const home = inScratch("home");
const artifacts = inScratch("artifacts");
const pythonIndex = inScratch("pypi");

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program, and prints its output. @returns its standard output. @throws Error if it fails */
async function run(program: string, args: readonly string[], { cwd = clone, env = {} }: RunOptions = {}) {
  console.log(`$ ${[program, ...args].join(" ")}`);
  const child = spawn(program, args, {
    cwd,
    env: { ...environment, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`\`${program} ${args.join(" ")}\` ended with exit code ${code}`);
  return output.trim();
}

/** The output of a command about the user's settings. */
function userSetting(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: "utf8" }).trim();
}

function heading(title: string): void {
  console.log(`\n── ${title}`);
}

/** @throws Error if the condition is not met */
function check(isMet: boolean, condition: string): void {
  if (!isMet) throw new Error(`not met: ${condition}`);
  console.log(`✓ ${condition}`);
}

const programs = join(import.meta.dirname, "programs");
const npmRegistry = await startNpmRegistry();
const assets = await startFileServer(inScratch("releases"));
const engine = await ensureEngine();
const pinterest = await startEmulator();
/** The environment of every command: the machine's, with an empty home directory and the stand-ins. Downloads use the user's caches. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PULUMI|PINTEREST|NPM|PYTHON|VIRTUAL_ENV)/i.test(name)),
  ),
  PATH: [join(import.meta.dirname, "stand-ins/bin"), join(clone, "node_modules/.bin"), process.env.PATH].join(
    delimiter,
  ),
  HOME: home,
  TMPDIR: inScratch("tmp"),
  GIT_CONFIG_GLOBAL: join(home, "gitconfig"),
  NPM_CONFIG_USERCONFIG: join(home, "npmrc"),
  NPM_CONFIG_CACHE: userSetting("npm", "config", "get", "cache"),
  GOMODCACHE: userSetting("go", "env", "GOMODCACHE"),
  GOCACHE: userSetting("go", "env", "GOCACHE"),
  // Has the engine, and the Node.js of executables.
  XDG_CACHE_HOME: userCacheDir(),
  GH_RELEASES: inScratch("releases"),
};

/** The users' PATH: the engine, and the machine's programs without Node.js, or with it. */
const pathWithoutNode = [engine.binDir, inScratch("bin")].join(delimiter);
const machinePath = (process.env.PATH ?? "").split(delimiter);
const pathWithNode = [
  engine.binDir,
  dirname(process.execPath),
  // npm adds the tools of this repository, which include its plugin.
  ...machinePath.filter((directory) => !directory.endsWith(join("node_modules", ".bin"))),
].join(delimiter);

try {
  for (const directory of [home, inScratch("tmp"), inScratch("releases"), artifacts, pythonIndex])
    mkdirSync(directory, { recursive: true });
  const registryHost = npmRegistry.url.replace("http:", "");
  writeFileSync(join(home, "npmrc"), `registry=${npmRegistry.url}\n${registryHost}:_authToken=rehearsal\n`);
  writeFileSync(
    join(home, "gitconfig"),
    `[user]\nname = Rehearsal\nemail = rehearsal@example.com\n[url "file://${remote}"]\ninsteadOf = ${address}\n[advice]\ndetachedHead = false\n`,
  );
  await rehearse();
  console.log("\nThe rehearsal passed.");
} catch (error) {
  console.error(`\nrehearse: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await Promise.all([npmRegistry.stop(), assets.stop(), pinterest.stop()]);
  if (process.env.KEEP_REHEARSAL === undefined) rmSync(scratch, { recursive: true, force: true });
  else console.log(`Kept: ${scratch}`);
}

async function rehearse(): Promise<void> {
  heading("Clone the last commit, and set the address of the repository");
  await run("git", ["clone", "--quiet", repository, clone], { cwd: scratch });
  cpSync(join(repository, "node_modules"), join(clone, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const commitTime = await run("git", ["log", "-1", "--format=%ct"]);
  // Commits get the time of the last one, and the changelog its day, so that each rehearsal of a commit creates the same files.
  Object.assign(environment, {
    SOURCE_DATE_EPOCH: commitTime,
    GIT_AUTHOR_DATE: `@${commitTime} +0000`,
    GIT_COMMITTER_DATE: `@${commitTime} +0000`,
  });
  await run("npm", ["pkg", "set", "repository.type=git", `repository.url=git+${address}.git`]);
  await run("git", ["commit", "--quiet", "--all", "--message", "Set the address of the repository"]);
  await run("git", ["clone", "--quiet", "--bare", clone, remote], { cwd: scratch });
  await run("git", ["remote", "set-url", "origin", address]);

  heading("Set the version, and push its tag");
  await run("npm", ["version", bump]);
  const tag = await run("git", ["describe", "--exact-match"]);
  await run("git", ["show", "--stat", "--format=%s", "HEAD"]);
  await run("git", ["push", "--quiet", "origin", "HEAD:refs/heads/main", tag]);

  heading("Run the jobs of release.yml");
  for (const name of ["build", "github", "site", "npm", "pypi"]) await job(name, tag);
  printDigests();

  heading("Install from the stand-ins, and run a program in each language");
  await yamlProgram(tag.slice(1));
  await pythonProgram(tag.slice(1));
  await goProgram(tag);
  await typescriptProgram(tag.slice(1));
}

/** Runs a job in its own checkout. */
async function job(name: string, tag: string): Promise<void> {
  console.log(`\n  job ${name}`);
  const directory = inScratch(`jobs/${name}`);
  await run("git", ["clone", "--quiet", "--branch", tag, "--depth=1", `file://${remote}`, directory], {
    cwd: scratch,
  });
  await run("git", ["remote", "set-url", "origin", address], { cwd: directory });
  if (name === "build")
    cpSync(join(clone, "node_modules"), join(directory, "node_modules"), {
      recursive: true,
      verbatimSymlinks: true,
    });
  const workflow = readFileSync(join(directory, ".github/workflows/release.yml"), "utf8");
  const { isSuccess } = await runJob(workflow, name, {
    directory,
    environment,
    values: { "github.ref_name": tag, "github.repository": `${owner}/pulumi-pinterest`, "github.token": "" },
    // Only GitHub and other CI systems can sign the provenance of a package.
    variables: { NPM_CONFIG_PROVENANCE: "false" },
    runAction: actionStandIns(directory, { artifacts, pypi: pythonIndex }),
    onOutput: (text) => process.stdout.write(text),
  });
  if (!isSuccess) throw new Error(`the job ${name} failed`);
}

function printDigests(): void {
  heading("Files of the release");
  const files = globSync("**", { cwd: artifacts, withFileTypes: true }).filter((entry) => entry.isFile());
  const site = createHash("sha256");
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    const content = readFileSync(path);
    const file = relative(artifacts, path);
    // The documentation has hundreds of files, and one digest.
    if (file.startsWith(`site${sep}`)) site.update(file).update(content);
    else
      console.log(`${createHash("sha256").update(content).digest("hex")}  ${file}  ${content.length} bytes`);
  }
  console.log(`${site.digest("hex")}  site`);
}

/** The names of the packages of the release. */
function packageNames(): PackageNames {
  return packageNamesOf(JSON.parse(readFileSync(join(clone, "package.json"), "utf8")));
}

/** The example that each program is. */
function example(extension: string): string {
  const file = `scripts/schema/examples/CommerceIntegration/connect-a-shop.${extension}`;
  return withPackageNames(readFileSync(join(clone, file), "utf8"), packageNames());
}

/** Writes a project into an empty directory. @returns the directory */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const directory = inScratch(name);
  mkdirSync(directory);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return directory;
}

/** The command lines that deploy or destroy the project of the working directory. */
function pulumiCommands(command: Command): CommandLine[] {
  return [
    ["pulumi", "stack", "select", "--create", "dev"],
    ["pulumi", command, "--yes", "--skip-preview", "--non-interactive"],
  ];
}

async function yamlProgram(version: string): Promise<void> {
  const directory = project("yaml", { "Pulumi.yaml": `name: shops\nruntime: yaml\n${example("yaml")}` });
  // The command of Pulumi's Registry.
  const server = `github://api.github.com/${owner}/pulumi-pinterest`;
  await upAndDestroy(directory, (command) => [
    ["pulumi", "plugin", "install", "resource", "pinterest", version, "--server", server],
    ...pulumiCommands(command),
  ]);
}

/** Runs with both provider types. Neither downloads the plugin. */
async function typescriptProgram(version: string): Promise<void> {
  const ownPlugin = "plugins: { providers: [{ name: pinterest, path: node_modules/.bin }] }\n";
  for (const [module, plugins] of [
    ["pulumi-pinterest", ""],
    ["pulumi-pinterest/native", ownPlugin],
  ] as const) {
    const directory = project(module.replace("/", "-"), {
      "package.json": JSON.stringify({ name: "shops", version: "1.0.0", private: true, main: "index.ts" }),
      "Pulumi.yaml": `name: shops\nruntime: nodejs\n${plugins}`,
      "index.ts": example("ts").replace("pulumi-pinterest/native", module),
    });
    await run(
      "npm",
      ["install", "--no-audit", "--no-fund", `pulumi-pinterest@${version}`, "@pulumi/pulumi"],
      {
        cwd: directory,
        env: { PATH: pathWithNode },
      },
    );
    await upAndDestroy(directory, pulumiCommands, pathWithNode);
    check(!existsSync(join(directory, "home/.pulumi/plugins")), "Pulumi has installed no plugin");
  }
}

async function pythonProgram(version: string): Promise<void> {
  const directory = project("python", { "program.py": example("py") });
  await run("python3", ["-m", "venv", "venv"], { cwd: directory });
  await run(
    "venv/bin/pip",
    ["install", "--quiet", "--find-links", pythonIndex, `pulumi_pinterest==${version}`],
    { cwd: directory },
  );
  await upAndDestroy(directory, (command) => [
    ["venv/bin/python", join(programs, "inline.py"), command, "program.py"],
  ]);
}

async function goProgram(tag: string): Promise<void> {
  const directory = project("go", {
    "go.mod": "module shops\n\ngo 1.26\n",
    "main.go": readFileSync(join(programs, "inline.go"), "utf8"),
    // The Automation API runs a function.
    "program.go": example("go").replace(
      /func main\(\) \{\n\tpulumi\.Run\((.*)\)\n\}/s,
      "var program pulumi.RunFunc = $1",
    ),
  });
  const env = { GOPRIVATE: `github.com/${owner}`, GOFLAGS: "-mod=mod" };
  await run("go", ["get", `${packageNames().goImportPath}@${tag}`], { cwd: directory, env });
  await run("go", ["mod", "tidy"], { cwd: directory, env });
  await run("go", ["build", "-trimpath", "-buildvcs=false", "-o", "shops", "."], { cwd: directory, env });
  await upAndDestroy(directory, (command) => [["./shops", command]]);
}

type Command = "up" | "destroy";
type CommandLine = [program: string, ...args: string[]];

/** Deploys a project, and deletes it again. */
async function upAndDestroy(
  directory: string,
  commandsOf: (command: Command) => CommandLine[],
  path = pathWithoutNode,
): Promise<void> {
  const options = {
    cwd: directory,
    env: {
      PATH: path,
      // An empty home for each program, so that each installs the plugin.
      HOME: join(directory, "home"),
      PULUMI_HOME: join(directory, "home/.pulumi"),
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "rehearsal",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `^github://api\\.github\\.com/${owner}/=${assets.url}`,
      PINTEREST_API_URL: pinterest.url,
      PINTEREST_ACCESS_TOKEN: pinterest.token(),
    },
  };
  for (const [program, ...args] of commandsOf("up")) await run(program, args, options);
  check(
    pinterest.integration("my-shop-1")?.connected_tag_id === "2613187432",
    "Pinterest has the integration",
  );
  for (const [program, ...args] of commandsOf("destroy")) await run(program, args, options);
  check(pinterest.integrations().length === 0, "Pinterest has no integration");
}
