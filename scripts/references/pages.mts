import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { commands } from "../../cli/commands.ts";
import type { switchValues } from "../../cli/emulator/switch-help.ts";
import type { exitCodes } from "../../cli/exit-codes.ts";
import type { aboutPreset, PRESET_NAMES } from "../../emulator/presets.ts";
import { Declarations } from "../schema/program.mts";
import { commandPages, fleetCommandPages } from "./commands.mts";
import { driftReportPage } from "./drift-report.mts";
import { faultsPage, switchesPage } from "./emulator.mts";
import { indexPage } from "./markdown.mts";
import { configurationPage, functionsPage, type KeyTable, resourcesPage } from "./package.mts";

/** What the package exports at run time. The script takes it from `dist`, the test from the sources. */
export interface Exports {
  readonly commands: typeof commands;
  readonly exitCodes: typeof exitCodes;
  readonly keys: KeyTable;
  readonly switchValues: typeof switchValues;
  readonly aboutPreset: typeof aboutPreset;
  readonly presetNames: typeof PRESET_NAMES;
}

/** The generated pages by their file names in `docs/reference`. Descriptions come from the compiled package in `dist`. */
export function referencePages(repository: string, exports: Exports): Record<string, string> {
  const json = (path: string) => JSON.parse(readFileSync(join(repository, path), "utf8"));
  const provider = new Declarations(join(repository, "dist/provider"), ["index", "../cli/exit-codes"]);
  const emulator = new Declarations(join(repository, "dist/emulator"), ["index"]);
  const schema = json("dist/provider/plugin/schema.json");
  const pages = {
    ...commandPages(exports, provider),
    "configuration.md": configurationPage(exports.keys, schema, provider),
    "drift-report.md": driftReportPage(json("docs/drift-report.schema.json")),
    "emulator-faults.md": faultsPage(exports, emulator),
    "emulator-switches.md": switchesPage(exports.switchValues, emulator),
    ...fleetCommandPages(exports),
    "functions.md": functionsPage(schema),
    "resources.md": resourcesPage(schema),
  };
  return { "README.md": indexPage(pages), ...pages };
}
