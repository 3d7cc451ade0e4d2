// Writes docs/reference from the package's types, tables, help texts and schemas.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { referencePages } from "./references/pages.mts";

const repository = resolve(import.meta.dirname, "..");
const directory = join(repository, "docs/reference");
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(referencePages(repository)))
  writeFileSync(join(directory, name), text);
