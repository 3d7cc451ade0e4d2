// Writes the plugin's schema. It is JavaScript for older Node.js versions, like setup.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./repository.mjs";

const schema = join(repository, "dist/provider/plugin/schema.json");
const generator = join(repository, "scripts/schema");

/** Writes the schema if its sources have changed. Call it after the compiler. */
export function buildSchema() {
  if (isCurrent()) return;
  const { status, error } = spawnSync(node(), [join(generator, "generate.mts")], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function isCurrent() {
  if (!existsSync(schema)) return false;
  const written = statSync(schema).mtimeMs;
  // The compiler writes this file whenever it compiles something.
  const sources = [
    join(repository, "dist/.tsbuildinfo"),
    join(repository, "package.json"),
    ...within(generator),
  ];
  return sources.every((path) => statSync(path).mtimeMs < written);
}

/** A directory and its files. The directory's own time shows that a file was deleted. */
function within(directory) {
  return [directory, ...readdirSync(directory, { recursive: true }).map((name) => join(directory, name))];
}

/** The Node.js of the dependencies, which runs TypeScript. The user's can be too old. */
function node() {
  const installed = join(
    repository,
    "node_modules/node/bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  return existsSync(installed) ? installed : process.execPath;
}
