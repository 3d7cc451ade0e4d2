// Writes the schema of the provider plugin's package, from the types and tables of the compiled package.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageSchema } from "./package.mts";

const repository = resolve(import.meta.dirname, "../..");
const root = join(repository, "dist/provider");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const schema = packageSchema(root, join(import.meta.dirname, "examples"), manifest);
const file = join(root, "plugin/schema.json");
// Complete or not at all: the build does not check the content of an existing file.
writeFileSync(`${file}.new`, `${JSON.stringify(schema, undefined, 2)}\n`);
renameSync(`${file}.new`, file);
