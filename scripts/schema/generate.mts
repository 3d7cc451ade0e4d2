// Writes the schema of the provider plugin's package, from the types and tables of the compiled package.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageSchema } from "./package-schema.mts";

const repository = resolve(import.meta.dirname, "../..");
const root = join(repository, "dist/provider");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const schema = packageSchema(root, join(import.meta.dirname, "examples"), manifest);
const file = join(root, "plugin/schema.json");
// Complete or not at all: tests of another process may read the file.
writeFileSync(`${file}.new`, `${JSON.stringify(schema, undefined, 2)}\n`);
renameSync(`${file}.new`, file);
