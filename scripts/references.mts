// Writes docs/reference from the package's types, tables, help texts and schemas.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { referencePages } from "./references/pages.mts";

const repository = resolve(import.meta.dirname, "..");
const require = createRequire(join(repository, "dist/package.json"));
const presets = require("./emulator/presets");

const pages = referencePages(repository, {
  ...require("./cli/command-line"),
  ...require("./cli/exit-codes"),
  keys: require("./provider/config/keys"),
  aboutPreset: presets.aboutPreset,
  presetNames: presets.PRESET_NAMES,
});
const directory = join(repository, "docs/reference");
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(pages)) writeFileSync(join(directory, name), text);
