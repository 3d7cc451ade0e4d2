import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageSchema } from "./package-schema.mts";

/** The text of the repository's `schema.json`, from the compiled package and package.json. */
export function committedSchema(repository: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const schema = packageSchema(
    join(repository, "dist/provider"),
    join(import.meta.dirname, "examples"),
    manifest,
  );
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
