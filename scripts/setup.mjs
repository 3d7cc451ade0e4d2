// Runs a tool of this repository after all set-up that it needs, on whatever Node the machine has: dependencies, the
// build, and the Node version of the repository first on PATH. Plain JavaScript, since nothing is installed yet.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { build } from "./build.mjs";
import { repository } from "./repository.mjs";

const modules = join(repository, "node_modules");

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: repository, stdio: "inherit", ...options });
  if (error) throw error;
  return status ?? 1;
}

function dependenciesAreCurrent() {
  const installed = join(modules, ".package-lock.json");
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(repository, "package-lock.json")).mtimeMs
  );
}

const [tool, ...args] = process.argv.slice(2);
if (dependenciesAreCurrent()) {
  build();
} else {
  console.error("Installing the dependencies (npm ci) …");
  // Warnings are left out: this machine's own Node may be older than the one that is installed here.
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const status = run(npm, ["ci", "--loglevel=error"], { shell: process.platform === "win32" });
  if (status !== 0) process.exit(status);
}

const binaries = join(modules, ".bin");
const env = { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) };
process.exit(run(tool, args, { env, shell: process.platform === "win32" }));
