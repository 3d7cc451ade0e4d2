import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { isNodeProject, readProjectFile } from "../../stack/project-file";
import { temporaryDirectory } from "../temporary-directory";

async function read(text?: string) {
  const directory = temporaryDirectory();
  if (text !== undefined) writeFileSync(join(directory, "Pulumi.yaml"), text);
  const { programDirectory, ...project } = await readProjectFile(directory);
  expect(programDirectory).toBe(project.name === undefined ? undefined : directory);
  return project;
}

test("reads the runtime, the plugin and the used names of a YAML project", async () => {
  const text = `
name: lab
runtime: { name: yaml }
plugins: { providers: [{ name: other, path: x }, { name: pinterest, path: node_modules/pulumi-pinterest }] }
configuration: { partnerSecrets: { type: object } }
variables: { a: 1 }
resources: { shop: { type: pinterest:CommerceIntegration } }
`;
  const project = await read(text);
  expect(project).toEqual({
    name: "lab",
    runtime: "yaml",
    pluginPath: "node_modules/pulumi-pinterest",
    hasPackage: false,
    names: ["partnerSecrets", "a", "shop"],
    sections: ["configuration", "variables", "resources"],
  });
  expect(isNodeProject(project)).toBe(false);
});

test.each([
  ["runtime: nodejs", { name: "lab", runtime: "nodejs", hasPackage: false, names: [], sections: [] }, true],
  [
    "runtime: bun\npackages: { pinterest: pulumi-pinterest }",
    { name: "lab", runtime: "bun", hasPackage: true, names: [], sections: [] },
    true,
  ],
  [
    "runtime: python\nplugins:",
    { name: "lab", runtime: "python", hasPackage: false, names: [], sections: [] },
    false,
  ],
  ["{ not yaml", { hasPackage: false, names: [], sections: [] }, true],
  [undefined, { hasPackage: false, names: [], sections: [] }, true],
])("reads a project with %j", async (text, expected, isNode) => {
  const project = await read(text === undefined ? text : `name: lab\n${text}\n`);
  expect(project).toEqual(expected);
  expect(isNodeProject(project)).toBe(isNode);
});

test.each([
  ["index.ts of the project", "", {}, ["index.ts"], "index.ts"],
  ["index.js before index.ts", "", {}, ["index.js", "index.ts"], "index.js"],
  ["the file in package.json", "", { main: "src/shops.ts" }, ["src/shops.ts", "index.ts"], "src/shops.ts"],
  ["the file in Pulumi.yaml", "main: src/index.ts", { main: "index.ts" }, ["src/index.ts"], "src/index.ts"],
  ["index.ts of the directory in Pulumi.yaml", "main: src/", {}, ["src/index.ts"], "src/index.ts"],
  ["no missing file", "main: src/index.ts", {}, ["index.ts"], undefined],
  ["no compiled file", "main: bin/", {}, ["bin/index.js", "src/index.ts", "tsconfig.json"], undefined],
])("the program's entry is %s", async (_, main, manifest, files, expected) => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "Pulumi.yaml"), `name: lab\nruntime: nodejs\n${main}\n`);
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  for (const folder of ["src", "bin"]) mkdirSync(join(directory, folder));
  for (const file of files) writeFileSync(join(directory, file), "");
  const { entry } = await readProjectFile(directory);
  expect(entry && relative(directory, entry)).toBe(expected);
});
