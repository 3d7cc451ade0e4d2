import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { migrations } from "../../fleet/store/schema";

// A database that a released version created is only migrated by later migrations. test/engine/both/released.test.ts describes the directory.
const releases = join(__dirname, "../released");
const withMigrations = readdirSync(releases).filter((version) =>
  existsSync(join(releases, version, "migrations.json")),
);

test.each(withMigrations)("the migrations of version %s have not changed", (version) => {
  const released = JSON.parse(readFileSync(join(releases, version, "migrations.json"), "utf8")) as string[];
  const current = migrations.map((migration) => createHash("sha256").update(migration).digest("hex"));
  expect(current.slice(0, released.length)).toEqual(released);
});
