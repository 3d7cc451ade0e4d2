// Writes the files of the repository that are generated from the compiled package's types, tables and help texts: the plugin's schema, the
// properties of package.json that contain the repository's address, docs/reference, docs/resources, and the pages for Pulumi's Registry and for languages.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { languagePages } from "./references/language-pages.mts";
import { referencePages } from "./references/pages.mts";
import { registryPages } from "./references/registry-pages.mts";
import { withAddress } from "./schema/address.mts";
import { committedSchema } from "./schema/package-schema.mts";

const repository = resolve(import.meta.dirname, "..");

/** Writes a file completely or not at all, because tests of another process may read it. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const manifest = join(repository, "package.json");
const properties = JSON.parse(readFileSync(manifest, "utf8"));
write(manifest, `${JSON.stringify(withAddress(properties), undefined, 2)}\n`);
const schema = committedSchema(repository);
write(join(repository, "schema.json"), schema);
const pages = { ...registryPages(JSON.parse(schema)), ...languagePages(JSON.parse(schema)) };
for (const [name, text] of Object.entries(pages)) write(join(repository, "docs", name), text);

for (const [path, text] of Object.entries(referencePages(repository)))
  write(join(repository, "docs", path), text);
