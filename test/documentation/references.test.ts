import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { aboutPreset, PRESET_NAMES } from "../../emulator/presets";
import { commands } from "../../provider/cli/commands";
import { switchValues } from "../../provider/cli/emulator/switch-help";
import { exitCodes } from "../../provider/cli/exit-codes";
import * as keys from "../../provider/configuration/keys";
import { referencePages } from "../../scripts/references/pages.mts";

const repository = resolve(__dirname, "../..");
const directory = join(repository, "docs/reference");

test("docs/reference is what the package's types, tables, help texts and schemas generate", () => {
  const pages = referencePages(repository, {
    commands,
    exitCodes,
    keys,
    switchValues,
    aboutPreset,
    presetNames: PRESET_NAMES,
  });
  const published = Object.fromEntries(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );
  // A page that is no longer generated counts too: delete its file.
  const names = [...new Set([...Object.keys(pages), ...Object.keys(published)])];
  const outdated = names.filter((name) => pages[name] !== published[name]);
  if (outdated.length > 0) {
    throw new Error(
      `docs/reference is out of date: ${outdated.join(", ")}. Run \`npm run docs:references\`, and commit the result.`,
    );
  }
  expect(names.length).toBeGreaterThan(5);
});
