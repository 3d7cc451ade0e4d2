// Compiles the package into dist/, and writes the plugin's schema.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema } from "./build-schema.mjs";
import { repository } from "./repository.mjs";

export function build({ clean = false } = {}) {
  if (clean) rmSync(join(repository, "dist"), { recursive: true, force: true });
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", join(repository, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  buildSchema();
  // npm does this for installed packages, but not for linked ones.
  chmodSync(join(repository, "dist/cli/main.js"), 0o755);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  build({ clean: process.argv.includes("--clean") });
}
