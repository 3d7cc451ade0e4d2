import { expect, test } from "@jest/globals";
import { frontEndFor } from "../../../provider/cli/import/front-end";
import { integrationTypeOf } from "../../../provider/stacks/integration-types";

const [dynamic, plugin] = (["dynamic", "plugin"] as const).map((name) => ({ type: integrationTypeOf(name) }));
const node = { runtime: "nodejs", hasPackage: false };
const named = { ...node, pluginPath: "node_modules/pulumi-pinterest" };

test.each([
  ["nothing speaks for the plugin", {}, "dynamic"],
  ["there is no project", { project: { hasPackage: false } }, "dynamic"],
  ["Pulumi.yaml names the plugin", { project: named }, "plugin"],
  ["Pulumi.yaml has the package", { project: { ...node, hasPackage: true } }, "plugin"],
  ["the stack has the plugin's", { resources: [plugin] }, "plugin"],
  [
    "the stack has dynamic ones, though Pulumi.yaml names the plugin",
    { project: named, resources: [dynamic] },
    "dynamic",
  ],
  ["--native", { native: true, resources: [dynamic] }, "plugin"],
  ["--no-native", { native: false, project: named, resources: [plugin] }, "dynamic"],
  ["the file is of YAML", { language: "yaml" as const }, "plugin"],
  ["the project is of another language", { project: { runtime: "python", hasPackage: false } }, "plugin"],
])("where %s: %j is %s", (_, signs, expected) => {
  const all = { native: undefined, language: "typescript" as const, project: node, resources: [], ...signs };
  expect(frontEndFor(all as Parameters<typeof frontEndFor>[0])).toBe(expected);
});

test("YAML without the plugin is a wrong command line", () => {
  expect(() => frontEndFor({ native: false, language: "yaml", project: node, resources: [] })).toThrow(
    "--no-native is for programs of Node.js",
  );
});
