import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";
import type { commands as commandTable } from "../../cli/command-line.ts";
import type * as presetTable from "../../emulator/presets.ts";
import type * as keyTable from "../../provider/config/keys.ts";
import type * as exitCodeTable from "../../stack/exit-codes.ts";
import { Declarations } from "../schema/declarations.mts";
import { commandPages, fleetCommandPages } from "./command-pages.mts";
import { alternatives, code, indexPage, page, prose, type Row, table } from "./markdown.mts";
import { configurationPage } from "./package-pages.mts";
import { resourcePages } from "./resource-pages.mts";

/** The generated pages by their paths in `docs`, from the compiled package in `dist`. */
export function referencePages(repository: string): Record<string, string> {
  const require = createRequire(join(repository, "dist/package.json"));
  const { commands }: { commands: typeof commandTable } = require("./cli/command-line");
  const { exitCodes }: typeof exitCodeTable = require("./stack/exit-codes");
  const keys: typeof keyTable = require("./provider/config/keys");
  const presets: typeof presetTable = require("./emulator/presets");
  const read = (path: string) => readFileSync(join(repository, path), "utf8");
  const schema = JSON.parse(read("schema.json"));
  const driftReport = JSON.parse(read("docs/drift-report.schema.json"));
  const provider = new Declarations(join(repository, "dist/provider"), ["index", "../stack/exit-codes"]);
  const emulator = new Declarations(join(repository, "dist/emulator"), ["index"]);
  // The outputs are those of test/engine/reference-samples.test.ts.
  const sampleOf = (command: string) => read(`scripts/references/samples/${command}.txt`);
  const pages = {
    ...commandPages(commands, exitCodes, provider, sampleOf),
    "configuration.md": configurationPage(keys, schema, provider),
    "drift-report.md": driftReportPage(driftReport),
    "emulator-faults.md": faultsPage(presets, emulator),
    "emulator-switches.md": switchesPage(emulator),
    ...fleetCommandPages(commands, sampleOf),
  };
  const resources = resourcePages(
    schema,
    (file) => read(`scripts/references/resources/${file}.tmpl`),
    read("docs/troubleshooting.md"),
  );
  return {
    ...inDirectory("reference", { "README.md": indexPage(pages), ...pages }),
    ...inDirectory("resources", resources),
  };
}

function inDirectory(directory: string, pages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pages).map(([name, text]) => [`${directory}/${name}`, text]));
}

/** The part of a JSON schema that the page uses. */
interface JsonSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The JSON report of `drift`, from its schema: a section for the report, and one for each kind of object in it. */
function driftReportPage(schema: JsonSchema): string {
  const sections = objectSections(schema);
  return page(
    "Drift report",
    prose(schema.description ?? ""),
    prose("For a program that reads it, use the [JSON schema](../drift-report.schema.json)."),
    ...[...sections.values()].flatMap(({ title, paths, properties = {}, required = [] }) => [
      `## ${title}`,
      ...(paths.length === 0
        ? []
        : [`${paths.length === 1 ? "Path" : "Paths"}: ${paths.map(code).join(", ")}`]),
      table(
        Object.entries(properties).map(([name, property]) => ({
          property: code(name),
          type: typeText(property, sections),
          "always set": required.includes(name) ? "yes" : "",
          meaning: property.description ?? "",
        })),
      ),
    ]),
  );
}

interface ObjectSection extends Pick<JsonSchema, "properties" | "required"> {
  /** The name of the first property that has such an object. If another section has it, after the title of the section with the property. */
  readonly title: string;
  /** The places of such objects in the report, except those within objects that an earlier section describes. */
  readonly paths: string[];
}

/** The sections of a report, by {@link sectionKey}. */
type ObjectSections = Map<string, ObjectSection>;

/** Objects with the same properties share a section. */
function objectSections(schema: JsonSchema): ObjectSections {
  const sections: ObjectSections = new Map();
  const add = (object: JsonSchema, title: string, paths: string[]) => {
    sections.set(sectionKey(object), { ...object, title, paths });
    for (const [name, property] of Object.entries(object.properties ?? {})) {
      const item = objectIn(property);
      if (item === undefined) continue;
      const path = `${paths[0] === undefined ? "" : `${paths[0]}.`}${name}${property.items === undefined ? "" : "[]"}`;
      const known = sections.get(sectionKey(item));
      const isTaken = [...sections.values()].some((section) => section.title === name);
      if (known === undefined) add(item, isTaken ? `${title} ${name}` : name, [path]);
      else known.paths.push(path);
    }
  };
  add(schema, "report", []);
  return sections;
}

/** Equal for objects with the same properties. */
function sectionKey({ properties, required }: JsonSchema): string {
  return JSON.stringify([properties, required]);
}

function typeText(property: JsonSchema, sections: ObjectSections): string {
  const item = objectIn(property);
  if (item !== undefined) {
    const title = sections.get(sectionKey(item))?.title ?? "";
    return `${property.items ? "list of objects" : "object"}: [${title}](#${title.replaceAll(" ", "-")})`;
  }
  if (property.const !== undefined) return alternatives([property.const]);
  if (property.enum !== undefined) return alternatives(property.enum);
  if (property.items !== undefined) return `list of ${typeText(property.items, sections)}`;
  if (property.format !== undefined) return property.format;
  return [property.type ?? "any"].flat().join(" or ");
}

function objectIn(schema: JsonSchema): JsonSchema | undefined {
  const inner = schema.items ?? schema;
  return inner.properties === undefined ? undefined : inner;
}

/** The faults of the emulator and their presets, from the faults' types. */
function faultsPage({ aboutPreset, presetNames }: typeof presetTable, declarations: Declarations): string {
  const actions = declarations.type("FaultAction") as ts.UnionType;
  return page(
    "Faults of the emulator",
    prose(
      "This page is for developers who test how a program handles failures. For how to arm faults, see [emulator](../../emulator/README.md#faults).",
    ),
    prose(
      "A fault has a kind with its properties, and conditions. The first armed fault that applies to a request fires.",
    ),
    "## Kinds",
    ...actions.types.flatMap((action) => [
      `### ${action.symbol.name}`,
      prose(declarations.text(action.symbol)),
      properties(action, declarations, "property"),
    ]),
    "## Conditions",
    described("FaultMatch", declarations),
    properties(declarations.type("FaultMatch"), declarations, "condition"),
    "## Presets",
    table(presetNames.map((name) => ({ preset: code(name), response: aboutPreset(name) }))),
  );
}

/** The switches of the emulator, from their types. */
function switchesPage(declarations: Declarations): string {
  return page(
    "Switches of the emulator",
    prose(
      "This page lists the emulator's switches with their values and defaults. With a switch, developers test a program with another version of " +
        "Pinterest's API, or with behavior that Pinterest does not document, such as stale reads. For how to set switches, see " +
        "[emulator](../../emulator/README.md#switches).",
    ),
    described("Switches", declarations),
    table(
      declarations
        .type("Switches")
        .getProperties()
        .map((symbol) => ({
          switch: code(symbol.name),
          values: code(declaredType(symbol)),
          default: declarations.default(symbol) ?? "",
          meaning: declarations.text(symbol),
        })),
    ),
    "## Your own rate limits",
    described("RateWindows", declarations),
    described("RateWindow", declarations),
    properties(declarations.type("RateWindow"), declarations, "property"),
  );
}

function described(name: string, declarations: Declarations): string {
  return prose(declarations.text(declarations.exported(name)));
}

function properties(type: ts.Type, declarations: Declarations, title: string): string {
  const rows = type.getProperties().map(
    (symbol): Row => ({
      [title]: code(symbol.name),
      type: code(declaredType(symbol)),
      default: declarations.default(symbol) ?? "",
      meaning: declarations.text(symbol),
    }),
  );
  return table(rows);
}

/** The type as it is declared. */
function declaredType({ name, valueDeclaration }: ts.Symbol): string {
  const { type } = valueDeclaration as ts.PropertySignature;
  if (type === undefined) throw new Error(`${name} has no type`);
  return type.getText().replace(/ \| undefined$/, "");
}
