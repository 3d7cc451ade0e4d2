import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { checkPlugin, needsPlugin } from "../../../cli/doctor/machine";
import { temporaryDirectory } from "../../temporary-directory";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});

const node = { runtime: "nodejs", hasPackage: false, names: [], sections: [] };
const yaml = { ...node, runtime: "yaml" };

const check = (project: Parameters<typeof checkPlugin>[1], inState = false) =>
  checkPlugin(directory, project, inState, {
    PATH: join(directory, "bin"),
    PULUMI_HOME: join(directory, "home"),
  });

/** Creates a program. On Windows, npm creates a command file. @returns its path, as a check reports it */
function executable(path: string): string {
  const file = join(directory, `${path}${process.platform === "win32" ? ".CMD" : ""}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
  return file;
}

test.each([
  [node, false, false],
  [node, true, true],
  [yaml, false, true],
  [{ ...node, pluginPath: "bin" }, false, true],
  [{ ...node, hasPackage: true }, false, true],
])(
  "the project %j, with resources of the plugin in state: %s, needs the plugin: %s",
  (project, inState, needed) => {
    expect(needsPlugin(project, inState)).toBe(needed);
  },
);

test.each([
  ["the stack has integrations of the provider plugin", node, true],
  ["the program needs the provider plugin", yaml, false],
])("reports that %s, but the engine cannot find it", (reason, project, inState) => {
  const result = check(project, inState);
  expect(result).toMatchObject({ id: "plugin", status: "error" });
  expect(result.found).toBe(`${reason}, but it is neither in Pulumi.yaml nor on PATH`);
  expect(result.remedy).toContain("providers: [{ name: pinterest, path: node_modules/.bin }]");
});

test("checks the path that Pulumi.yaml names", () => {
  const project = { ...node, pluginPath: "node_modules/pulumi-pinterest" };
  expect(check(project)).toMatchObject({
    status: "error",
    found: expect.stringContaining("no executable file pulumi-resource"),
  });
  executable("node_modules/pulumi-pinterest/pulumi-resource-pinterest");
  const found = join(directory, "node_modules/pulumi-pinterest/pulumi-resource-pinterest");
  expect(check(project)).toMatchObject({ status: "ok", found });
});

test("accepts a plugin on PATH, among the engine's plugins, or from a package of Pulumi.yaml", () => {
  expect(check({ ...yaml, hasPackage: true })).toMatchObject({ status: "ok" });
  mkdirSync(join(directory, "home/plugins/resource-pinterest-v1.2.3.lock"), { recursive: true });
  mkdirSync(join(directory, "home/plugins/resource-pinterest-v1.2.3"));
  expect(check(yaml)).toMatchObject({
    status: "ok",
    found: join(directory, "home/plugins/resource-pinterest-v1.2.3"),
  });
  const path = executable("bin/pulumi-resource-pinterest");
  const { status, found } = check(yaml);
  // The case of an extension on Windows comes from a variable.
  expect([status, found.toLowerCase()]).toEqual(["ok", path.toLowerCase()]);
});

test("ignores directories that only npx adds to PATH", () => {
  executable("node_modules/.bin/pulumi-resource-pinterest");
  const environment = { PATH: join(directory, "node_modules/.bin"), PULUMI_HOME: join(directory, "home") };
  expect(checkPlugin(directory, yaml, false, environment)).toMatchObject({ status: "error" });
});
