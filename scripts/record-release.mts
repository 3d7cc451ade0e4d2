// Records what later versions are tested with, for the version in package.json: the schema, and in test/released the state, import files and
// migrations. State and import files that are there stay. Run it with the sources of the release, and commit the files with it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");
const load = createRequire(import.meta.url);
const { version } = load("../package.json") as { version: string };
const directory = join(repository, "test/released", version);

// The tests of released versions write the other files, and then check them.
run("schema/record-release.mts");
run("test.mts", "--selectProjects=engine", "--selectProjects=plugin", "--", "test/engine/both/released");

mkdirSync(directory, { recursive: true });
const file = join(directory, "migrations.json");
const { migrations } = load("../dist/fleet/store/schema.js") as { migrations: readonly string[] };
const digests = migrations.map((migration) => createHash("sha256").update(migration).digest("hex"));
if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(digests, undefined, 2)}\n`);
console.log(`Recorded version ${version}: commit test/released/${version} and scripts/schema/released.json.`);

function run(script: string, ...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: "inherit",
    env: { ...process.env, RECORD_RELEASE: version },
  });
  if (status !== 0) process.exit(status ?? 1);
}
