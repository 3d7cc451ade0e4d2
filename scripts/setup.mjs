// Installs the dependencies and builds `dist/` if they are not current, then runs a tool with the repository's Node.js first on PATH. It is
// JavaScript for older Node.js versions, because nothing may be installed yet.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { build, repository } from "./build.mjs";

const modules = join(repository, "node_modules");
// On Windows, the tools are command files, which need a shell.
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
  // No warnings: the user's Node.js can be older than the one that this installs.
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
// A signal to npm ends only the shell between npm and this process, its parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || child.kill(), 500).unref();
child.on("error", (error) => {
  console.error(`${tool}: ${error.message}`);
  process.exitCode = 1;
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
