import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { breakingChanges, type ComparedSchema, mayBreak } from "./breaking-changes.mts";

/** The schema of the last release, which `record-release.mts` writes. It does not exist before the first release. */
export const releasedSchemaFile = join(import.meta.dirname, "released.json");

/** The breaking changes of `schema.json` since the last release, if its version does not allow them. */
export function unallowedChanges(repository: string): string[] {
  if (!existsSync(releasedSchemaFile)) return [];
  const released: ComparedSchema = JSON.parse(readFileSync(releasedSchemaFile, "utf8"));
  const schema: ComparedSchema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8"));
  return mayBreak(released.version, schema.version) ? [] : breakingChanges(released, schema);
}
