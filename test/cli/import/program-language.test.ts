import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { importLine, languageOf, providerTypeFor } from "../../../cli/import/files";
import { integrationTypes } from "../../../stack/state";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-language-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ["a.ts", "typescript"],
  ["dir/a.js", "commonjs"],
  ["A.MJS", "esm"],
  ["a.yaml", "yaml"],
])("the extension of %s selects %s", (file, language) => {
  expect(languageOf(join(directory, "missing"), file)).toBe(language);
});

test.each(["a", "a.py", "Main.java", "ts"])(
  "refuses the program name %s, and lists the extensions",
  (file) => {
    expect(() => languageOf(directory, file)).toThrow(
      `the name in --program must end in .ts, .mts, .js, .cjs, .mjs, .yaml, .yml, but is ${file}.`,
    );
  },
);

test.each([
  ["integrations.ts", "index.ts", undefined, "typescript", 'import "./integrations";'],
  ["integrations.ts", "src/index.ts", undefined, "typescript", 'import "../integrations";'],
  ["integrations.ts", "index.js", undefined, "typescript", 'require("./integrations");'],
  ["src/integrations.ts", "index.ts", "module", "typescript", 'import "./src/integrations.ts";'],
  ["integrations.js", "index.js", undefined, "commonjs", 'require("./integrations.js");'],
  ["integrations.js", "index.js", "module", "esm", 'import "./integrations.js";'],
  ["integrations.mjs", "index.js", undefined, "esm", 'require("./integrations.mjs");'],
  ['../it\'s "odd".mjs', undefined, undefined, "esm", 'import "../it\'s \\"odd\\".mjs";'],
])(
  "%s for %s in a package of type %s is %s, and is imported by %s",
  (program, file, type, language, line) => {
    writeFileSync(join(directory, "package.json"), JSON.stringify({ type }));
    const entry = file === undefined ? undefined : join(directory, file);
    expect(languageOf(directory, program)).toBe(language);
    expect(importLine(directory, program, entry)).toBe(line);
  },
);

test("names the compiled file if a package that compiles ES modules is installed", () => {
  const project = join(directory, "with-loader");
  mkdirSync(join(project, "node_modules/ts-node"), { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "node_modules/ts-node/esm.js"), "");
  expect(importLine(project, "shops.ts", join(project, "src/index.ts"))).toBe('import "../shops.js";');
});

const [dynamic, plugin] = (["dynamic", "plugin"] as const).map((name) => ({ type: integrationTypes[name] }));
const node = { runtime: "nodejs", hasPackage: false };
const named = { ...node, pluginPath: "node_modules/pulumi-pinterest" };

test.each([
  ["nothing indicates the plugin", {}, "dynamic"],
  ["there is no project", { project: { hasPackage: false } }, "dynamic"],
  ["Pulumi.yaml names the plugin", { project: named }, "plugin"],
  ["Pulumi.yaml has the package", { project: { ...node, hasPackage: true } }, "plugin"],
  ["the stack has resources of the plugin", { resources: [plugin] }, "plugin"],
  [
    "the stack has dynamic resources, although Pulumi.yaml names the plugin",
    { project: named, resources: [dynamic] },
    "dynamic",
  ],
  ["--native is set", { native: true, resources: [dynamic] }, "plugin"],
  ["--no-native is set", { native: false, project: named, resources: [plugin] }, "dynamic"],
  ["the program is in YAML", { language: "yaml" as const }, "plugin"],
  ["the project has another language", { project: { runtime: "python", hasPackage: false } }, "plugin"],
])("if %s (%j), the provider type is %s", (_, hints, expected) => {
  const all = { native: undefined, language: "typescript" as const, project: node, resources: [], ...hints };
  expect(providerTypeFor(all as Parameters<typeof providerTypeFor>[0])).toBe(expected);
});

test("refuses --no-native for a YAML program", () => {
  expect(() => providerTypeFor({ native: false, language: "yaml", project: node, resources: [] })).toThrow(
    "--no-native requires a Node.js program",
  );
});
