// Compiles the package into dist/. It is JavaScript for older Node.js versions, like setup.mjs.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = resolve(fileURLToPath(import.meta.url), "../..");

export function build({ clean = false } = {}) {
  if (clean) rmSync(join(repository, "dist"), { recursive: true, force: true });
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  run(process.execPath, compiler, "-p", join(repository, "tsconfig.build.json"));
  // npm does this for installed packages, but not for linked ones.
  chmodSync(join(repository, "dist/cli/main.js"), 0o755);
}

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  build({ clean: process.argv.includes("--clean") });
}
