// Checks that the version in package.json allows the changes of the schema since the last release, and records the schema as the released one.
import { copyFileSync } from "node:fs";
import { resolve } from "node:path";
import { releasedSchemaFile, unallowedChanges } from "./released-schema.mts";

const repository = resolve(import.meta.dirname, "../..");
const changes = unallowedChanges(repository);
if (changes.length > 0) {
  console.error(
    [
      "The version does not allow these changes of the schema. Use a new major version, or a new minor version before 1.0.0.",
      ...changes,
    ].join("\n"),
  );
  process.exitCode = 1;
} else {
  copyFileSync(resolve(repository, "schema.json"), releasedSchemaFile);
}
