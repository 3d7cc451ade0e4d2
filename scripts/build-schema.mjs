// Renews the schema of the provider plugin's package. Plain JavaScript, for whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./repository.mjs";

const schema = join(repository, "dist/provider/plugin/schema.json");
const generator = join(repository, "scripts/schema");

/** To be called when everything else is compiled. */
export function buildSchema() {
  if (isCurrent()) return;
  const { status, error } = spawnSync(node(), [join(generator, "generate.mts")], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function isCurrent() {
  if (!existsSync(schema)) return false;
  const written = statSync(schema).mtimeMs;
  // The compiler renews its record whenever it compiles something.
  const sources = [
    join(repository, "dist/.tsbuildinfo"),
    join(repository, "package.json"),
    ...within(generator),
  ];
  return sources.every((path) => statSync(path).mtimeMs < written);
}

/** A folder and all that is in it: the folder's own time tells what was taken out of it. */
function within(folder) {
  return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))];
}

/** The Node that came with the dependencies, which runs TypeScript; the machine's own may be too old for that. */
function node() {
  const installed = join(
    repository,
    "node_modules/node/bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  return existsSync(installed) ? installed : process.execPath;
}
