// npm's `version` script: `npm version X.Y.Z` runs it before it commits and tags. It moves the changelog's entries to the new version, writes the
// generated files again, and records what later versions are tested with.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { releaseEntries } from "./changelog.mts";

const repository = resolve(import.meta.dirname, "../..");
const { npm_old_version: oldVersion, npm_new_version: newVersion } = process.env;
if (oldVersion === undefined || newVersion === undefined)
  throw new Error("This script is a part of `npm version`. Run `npm version X.Y.Z`.");

function edit(path: string, change: (text: string) => string): void {
  const file = join(repository, path);
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

// https://reproducible-builds.org/specs/source-date-epoch/
const { SOURCE_DATE_EPOCH: epochSeconds } = process.env;
const now = epochSeconds === undefined ? new Date() : new Date(Number(epochSeconds) * 1000);
edit("CHANGELOG.md", (text) => releaseEntries(text, newVersion, now.toISOString().slice(0, 10)));
edit("examples/yaml/package.json", (text) =>
  text.replace(`"pulumi-pinterest": "^${oldVersion}"`, `"pulumi-pinterest": "^${newVersion}"`),
);

for (const script of ["build.mjs", "references.mts", "release/record.mts"]) {
  const { status } = spawnSync(process.execPath, [join(repository, "scripts", script)], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
