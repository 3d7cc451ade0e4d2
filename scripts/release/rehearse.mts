// Rehearses a release: sets the version, runs the jobs of release.yml in a copy of the last commit, publishes to stand-ins for GitHub and the
// registries, and installs and runs what is published. Prints a digest of each file, so that you can compare two rehearsals.
// Arguments: the version, or the part to increase as in `npm version`. Default: minor.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { ensureEngine } from "../engine/ensure.mts";
import { actionStandIns } from "./stand-ins/actions.mts";
import { startNpmRegistry } from "./stand-ins/npm-registry.mts";
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

const npmRegistry = await startNpmRegistry();
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
  GH_RELEASES: inScratch("releases"),
};

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
  await Promise.all([npmRegistry.stop(), pinterest.stop()]);
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
  await run("git", ["push", "--quiet", "origin", "HEAD:main", tag]);

  heading("Run the jobs of release.yml");
  for (const name of ["build", "github", "npm"]) await job(name, tag);
  printDigests();

  heading("Install from the stand-ins, and run a program in each language");
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
  for (const file of globSync("**/*.*", { cwd: artifacts }).sort()) {
    const content = readFileSync(join(artifacts, file));
    console.log(`${createHash("sha256").update(content).digest("hex")}  ${file}  ${content.length} bytes`);
  }
}

async function typescriptProgram(version: string): Promise<void> {
  const directory = inScratch("typescript");
  mkdirSync(directory);
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ name: "shops", private: true, main: "index.ts" }),
  );
  writeFileSync(join(directory, "Pulumi.yaml"), "name: shops\nruntime: nodejs\n");
  const example = join(clone, "scripts/schema/examples/CommerceIntegration/connect-a-shop.ts");
  writeFileSync(
    join(directory, "index.ts"),
    readFileSync(example, "utf8").replace("pulumi-pinterest/native", "pulumi-pinterest"),
  );
  await run("npm", ["install", `pulumi-pinterest@${version}`, "@pulumi/pulumi", "typescript@5"], {
    cwd: directory,
  });
  await upAndDestroy(directory);
}

/** Deploys a project, and deletes it again. */
async function upAndDestroy(directory: string): Promise<void> {
  const env = {
    PATH: [engine.binDir, dirname(process.execPath), environment.PATH].join(delimiter),
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_BACKEND_URL: `file://${directory}`,
    PULUMI_CONFIG_PASSPHRASE: "rehearsal",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PINTEREST_API_URL: pinterest.url,
    PINTEREST_ACCESS_TOKEN: pinterest.token(),
  };
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], { cwd: directory, env });
  await pulumi("stack", "init", "dev");
  await pulumi("up", "--yes", "--skip-preview");
  check(
    pinterest.integration("my-shop-1")?.connected_tag_id === "2613187432",
    "Pinterest has the integration",
  );
  await pulumi("preview", "--expect-no-changes");
  await pulumi("destroy", "--yes", "--skip-preview");
  check(pinterest.integrations().length === 0, "Pinterest has no integration");
}
