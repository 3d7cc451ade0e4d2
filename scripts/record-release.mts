// Records the state, import files and migrations of the version in package.json in test/released, with which later versions are tested. What is
// recorded stays. Run it with the sources of the release, and commit the files with it. An argument replaces the version.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");
const load = createRequire(import.meta.url);
const [version = load("../package.json").version as string] = process.argv.slice(2);
const directory = join(repository, "test/released", version);

const tests = ["--selectProjects=engine", "--selectProjects=plugin", "--", "test/engine/both/released"];
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "test.mts"), ...tests], {
  stdio: "inherit",
  env: { ...process.env, RECORD_RELEASE: version },
});
if (status !== 0) process.exit(status ?? 1);

mkdirSync(directory, { recursive: true });
const file = join(directory, "migrations.json");
const { migrations } = load("../dist/fleet/store/schema.js") as { migrations: readonly string[] };
const digests = migrations.map((migration) => createHash("sha256").update(migration).digest("hex"));
if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(digests, undefined, 2)}\n`);
console.log(`Recorded version ${version} in test/released/${version}.`);
