import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const bin = resolve(__dirname, "../../../node_modules/.bin");

/**
 * Programs that stubs replace. All other programs of a script run.
 *
 * - npm: only `npm ci`, because the lab's packages are linked
 * - curl: it fetches the installer of the Pulumi CLI, but the tests have an engine
 * - rsync: gitlab-ci-local uses it to copy the project for containers, which the tests do not use
 */
const stubs = {
  npm: 'if [ "$*" != ci ]; then echo "npm $*: no stub for these arguments"; exit 1; fi',
  curl: 'if [ "$*" != "-fsSL https://get.pulumi.com" ]; then echo "curl $*: no stub for these arguments"; exit 1; fi\necho :',
  rsync: ":",
};

/** The result of a pipeline. */
export interface Pipeline {
  exitCode: number | null;
  /** The jobs that ran, as `PASS drift: [prod]`, `WARN …` or `FAIL …`, sorted. */
  jobs: string[];
  log: string;
}

/** Prepares a project for gitlab-ci-local: creates a Git repository with this pipeline, and adds the stubs. */
export function preparePipeline(directory: string, text: string): void {
  const programs = join(directory, "stubs");
  mkdirSync(programs, { recursive: true });
  for (const [name, script] of Object.entries(stubs)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  writeFileSync(join(directory, ".gitlab-ci.yml"), text);
  if (existsSync(join(directory, ".git"))) return;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "ignore" });
  git("init", "--initial-branch=main");
  git("remote", "add", "origin", "https://gitlab.example.com/shop/infra.git");
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  git(...author, "commit", "--allow-empty", "--message=first");
}

/**
 * Runs the pipeline of a project with gitlab-ci-local, which evaluates rules, matrices and needs like GitLab. Jobs run in the shell of this
 * machine.
 *
 * @param variables the variables that GitLab sets in every job
 * @param environment the machine's environment, with the variables of the project's settings
 * @param options further options of gitlab-ci-local
 */
export async function runPipeline(
  directory: string,
  variables: Record<string, string>,
  environment: NodeJS.ProcessEnv,
  options: readonly string[] = [],
): Promise<Pipeline> {
  rmSync(join(directory, "reports"), { recursive: true, force: true });
  const predefined = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  // Without this option, gitlab-ci-local warns about every variable that GitLab sets.
  predefined.push("--ignore-predefined-vars", Object.keys(variables).join(","));
  const child = spawn(
    join(bin, "node"),
    [
      join(bin, "gitlab-ci-local"),
      "--force-shell-executor",
      "--home",
      join(directory, ".gitlab-home"),
      ...predefined,
      ...options,
    ],
    {
      cwd: directory,
      env: { ...environment, PATH: `${join(directory, "stubs")}:${environment.PATH}` },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const exitCode = await new Promise<number | null>((done, reject) =>
    child.on("error", reject).on("close", done),
  );
  const jobs = [...log.matchAll(/^ ?(PASS|WARN|FAIL) {1,2}(\S+(?: \[\S+\])?)/gm)];
  return { exitCode, log, jobs: jobs.map(([, status, name]) => `${status} ${name}`).sort() };
}
