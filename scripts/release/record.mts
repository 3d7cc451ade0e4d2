// Records what later versions are tested with, for the version in package.json: the schema, and in test/released the state and migrations.
// State that is there stays. Run it with the sources of the release, and commit the files with it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { releasedSchemaFile, unallowedChanges } from "../schema/breaking-changes.mts";

const repository = resolve(import.meta.dirname, "../..");
const load = createRequire(import.meta.url);
const { version } = load("../../package.json") as { version: string };
const directory = join(repository, "test/released", version);

const changes = unallowedChanges(repository);
if (changes.length > 0) {
  console.error(
    [
      "The version does not allow these changes of the schema. Use a new major version, or a new minor version before 1.0.0.",
      ...changes,
    ].join("\n"),
  );
  process.exit(1);
}
copyFileSync(join(repository, "schema.json"), releasedSchemaFile);

// These tests write the state of the version, and then check it.
const { status } = spawnSync(
  process.execPath,
  [
    join(repository, "scripts/test.mts"),
    "--selectProjects=engine",
    "--selectProjects=plugin",
    "--",
    "test/engine/both/released",
  ],
  { stdio: "inherit", env: { ...process.env, RECORD_RELEASE: version } },
);
if (status !== 0) process.exit(status ?? 1);

mkdirSync(directory, { recursive: true });
const file = join(directory, "migrations.json");
const { migrations } = load("../../dist/fleet/store/schema.js") as { migrations: readonly string[] };
const digests = migrations.map((migration) => createHash("sha256").update(migration).digest("hex"));
if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(digests, undefined, 2)}\n`);
console.log(`Recorded version ${version}: commit test/released/${version} and scripts/schema/released.json.`);
