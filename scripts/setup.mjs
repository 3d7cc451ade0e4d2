// Runs a tool of this repository after all set-up that it needs, on whatever Node the machine has: dependencies, the
// build, and the Node version of the repository first on PATH. Plain JavaScript, since nothing is installed yet.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { build } from "./build.mjs";
import { repository } from "./repository.mjs";

const modules = join(repository, "node_modules");
// On Windows the tools are command files, which only a shell runs.
const shell = process.platform === "win32";

function dependenciesAreCurrent() {
  const installed = join(modules, ".package-lock.json");
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(repository, "package-lock.json")).mtimeMs
  );
}

if (dependenciesAreCurrent()) {
  build();
} else {
  console.error("Installing the dependencies (npm ci) …");
  // Warnings are left out: this machine's own Node may be older than the one that is installed here.
  const { status } = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: repository,
    stdio: "inherit",
    shell,
  });
  if (status !== 0) process.exit(status ?? 1);
}

const [tool, ...args] = process.argv.slice(2);
const PATH = [join(modules, ".bin"), process.env.PATH].join(delimiter);
const child = spawn(tool, args, { cwd: repository, stdio: "inherit", env: { ...process.env, PATH }, shell });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
// A signal to npm ends the shell in between and no more: that shell is this process's parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || child.kill(), 500).unref();
child.on("error", (error) => {
  console.error(`${tool}: ${error.message}`);
  process.exitCode = 1;
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
