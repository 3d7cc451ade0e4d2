import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { checkPackages, checkProgram, engineErrors } from "../../../cli/doctor/machine";
import { packageVersion } from "../../../provider/base/own-package";
import { readProjectFile } from "../../../stack/project-file";
import { testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";
import { problemsIn } from "./helpers/checked-accounts";

const onPosix = testOnPosix("shell scripts as programs");

let directory: string;
beforeEach(() => {
  directory = realpathSync(temporaryDirectory());
});

/** Creates a `node` that prints `text`, and returns its directory for PATH. */
function nodeThatPrints(text: string): string {
  writeFileSync(join(directory, "node"), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  return directory;
}

onPosix("reports the Node.js on PATH with its path", async () => {
  const PATH = `${join(directory, "none")}:${nodeThatPrints("v22.19.1")}:${dirname(process.execPath)}`;
  const check = await checkProgram("node", directory, { PATH });
  expect(check).toMatchObject({ status: "ok", found: `Node.js 22.19.1 (${directory}/node)` });
});

onPosix.each([
  ["v22.18.9", /^Node\.js 22\.18\.9 \(.*\) is too old$/],
  ["not a version", /does not report its version$/],
])("reports a Node.js that prints %j as an error", async (printed, found) => {
  const check = await checkProgram("node", directory, { PATH: nodeThatPrints(printed) });
  expect(check).toMatchObject({ id: "node", status: "error" });
  expect(check.found).toMatch(found);
  expect(check.remedy).toContain("22.19.0 or newer");
});

test("reports a missing Node.js and a missing engine", async () => {
  expect(await checkProgram("node", directory, { PATH: directory })).toMatchObject({ status: "error" });
  expect(await checkProgram("engine", directory, { PATH: directory })).toMatchObject({
    id: "engine",
    status: "error",
    found: "`pulumi` is not on PATH",
  });
});

onPosix.each([
  ["v3.253.9", "error", / is too old$/],
  ["v3.254.0", "ok", /^pulumi 3\.254\.0 /],
  ["not a version", "error", / does not report its version$/],
])("reports an engine that prints %j with the status %s", async (text, status, found) => {
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  const check = await checkProgram("engine", directory, { PATH: `${directory}:${process.env.PATH}` });
  expect(check).toMatchObject({ id: "engine", status, found: expect.stringMatching(found) });
  if (status === "error") expect(check.remedy).toContain("3.254.0 or newer");
});

/** Creates a package in the `node_modules` of a directory. */
function install(parent: string, name: string, version: string): void {
  const target = join(parent, "node_modules", name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), JSON.stringify({ name, version }));
  if (name === "pulumi-pinterest") writeFileSync(join(target, "dynamic.js"), "");
}

function project(yaml = "name: lab\nruntime: nodejs\n"): string {
  writeFileSync(join(directory, "Pulumi.yaml"), yaml);
  return directory;
}

test("accepts a project with both packages", () => {
  install(project(), "pulumi-pinterest", packageVersion());
  install(directory, "@pulumi/pulumi", "3.268.0");
  expect(problemsIn(checkPackages(directory))).toEqual([]);
});

test("reports a project without the packages", () => {
  expect(problemsIn(checkPackages(project()))).toEqual([
    `- package error: pulumi-pinterest cannot be loaded from ${directory}, where refresh and destroy look for it`,
    `- sdk error: @pulumi/pulumi cannot be loaded from ${directory}`,
  ]);
});

test("reports an SDK that is too old, and a package of another version than the command", () => {
  install(project(), "pulumi-pinterest", "0.0.1");
  install(directory, "@pulumi/pulumi", "3.267.9");
  expect(problemsIn(checkPackages(directory))).toEqual([
    expect.stringMatching(/^- package warning: pulumi-pinterest 0\.0\.1 .* but this command has version/),
    expect.stringMatching(/^- sdk error: @pulumi\/pulumi 3\.267\.9 .* is older than 3\.268\.0$/),
  ]);
});

test("names the project's own doctor with its stack", () => {
  install(project(), "pulumi-pinterest", "0.0.1");
  const [own] = checkPackages(directory, "prod");
  expect(own?.remedy).toBe(
    "Run the project's version in its directory: `npx pulumi-pinterest doctor --stack prod`.",
  );
});

test("reports two copies of the SDK", () => {
  install(project(), "pulumi-pinterest", packageVersion());
  install(directory, "@pulumi/pulumi", "3.268.0");
  install(join(directory, "node_modules/pulumi-pinterest"), "@pulumi/pulumi", "3.269.0");
  expect(problemsIn(checkPackages(directory))).toEqual([
    "- sdk error: two copies of @pulumi/pulumi: the program has 3.268.0, and pulumi-pinterest has 3.269.0",
  ]);
});

test.each(["main: src\n", 'main: "src/index.ts" # the program\n'])(
  "finds packages from the directory of the program (%j)",
  async (main) => {
    const { programDirectory = "" } = await readProjectFile(project(`name: lab\nruntime: nodejs\n${main}`));
    mkdirSync(join(directory, "src"));
    install(join(directory, "src"), "pulumi-pinterest", packageVersion());
    install(directory, "@pulumi/pulumi", "3.268.0");
    expect(problemsIn(checkPackages(programDirectory))).toEqual([]);
  },
);

test("accepts a linked package", () => {
  const repository = resolve(__dirname, "../../..");
  mkdirSync(join(project(), "node_modules"));
  symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"), "junction");
  symlinkSync(join(repository, "node_modules/@pulumi"), join(directory, "node_modules/@pulumi"), "junction");
  expect(problemsIn(checkPackages(directory))).toEqual([]);
});

test("prints the engine's errors in one line, each once", () => {
  expect(engineErrors(new Error("error: first\nerror: first\n\nerror: second"))).toBe("first; second");
});
