import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { checkEngine } from "../../../cli/doctor/engine";
import { checkNode } from "../../../cli/doctor/node";
import { checkProject } from "../../../cli/doctor/project";
import { checkStackLock, isUpdating } from "../../../cli/doctor/stack-lock";
import type { OpenStack } from "../../../cli/stack/stack";
import { packageVersion } from "../../../provider/api/own-package";
import { temporaryDirectory } from "../../temporary-directory";
import { troubles } from "./helpers/examined";

let directory: string;
beforeEach(() => {
  directory = realpathSync(temporaryDirectory());
});
/** A directory for PATH with a `node` that says this. */
function nodeThatSays(text: string): string {
  writeFileSync(join(directory, "node"), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  return directory;
}

test("reports the Node.js on PATH with its path", async () => {
  const PATH = `${join(directory, "none")}:${nodeThatSays("v22.19.1")}:${dirname(process.execPath)}`;
  const check = await checkNode(directory, { PATH });
  expect(check).toMatchObject({ status: "ok", found: `Node.js 22.19.1 (${directory}/node)` });
});

test.each([
  ["v22.18.9", /^Node\.js 22\.18\.9 \(.*\) is too old$/],
  ["not a version", /does not report its version$/],
])("reports a Node.js that prints %j as an error", async (says, found) => {
  const check = await checkNode(directory, { PATH: nodeThatSays(says) });
  expect(check).toMatchObject({ id: "node", status: "error" });
  expect(check.found).toMatch(found);
  expect(check.remedy).toContain("22.19.0 or newer");
});

test("reports a missing Node.js and a missing engine", async () => {
  expect(await checkNode(directory, { PATH: directory })).toMatchObject({ status: "error" });
  const { checks, path } = await checkEngine(directory, { PATH: directory });
  expect(checks).toMatchObject([{ id: "engine", status: "error", found: "`pulumi` is not on PATH" }]);
  expect(path).toBeUndefined();
});

test.each([
  ["v3.253.9", "error", / is too old$/],
  ["v3.254.0", "ok", /^pulumi 3\.254\.0 /],
  ["not a version", "error", / does not report its version$/],
])("reports an engine that prints %j with the status %s", async (text, status, found) => {
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${directory}:${PATH}`;
  const { checks } = await checkEngine(directory, process.env).finally(() => {
    process.env.PATH = PATH;
  });
  expect(checks[0]).toMatchObject({ id: "engine", status, found: expect.stringMatching(found) });
  if (status === "error") expect(checks[0]?.remedy).toContain("3.254.0 or newer");
});

/** A package as it is installed below a directory. */
function install(below: string, name: string, version: string): void {
  const at = join(below, "node_modules", name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "package.json"), JSON.stringify({ name, version }));
  if (name === "pulumi-pinterest") writeFileSync(join(at, "dynamic.js"), "");
}

function project(yaml = "name: lab\nruntime: nodejs\n"): string {
  writeFileSync(join(directory, "Pulumi.yaml"), yaml);
  return directory;
}

test("checks no packages without a project", () => {
  expect(checkProject(directory)).toEqual([]);
});

test("accepts a project with both packages", () => {
  install(project(), "pulumi-pinterest", packageVersion());
  install(directory, "@pulumi/pulumi", "3.268.0");
  expect(troubles(checkProject(directory))).toEqual([]);
});

test("reports a project without the packages", () => {
  expect(troubles(checkProject(project()))).toEqual([
    `- package error: pulumi-pinterest cannot be loaded from ${directory}, where refresh and destroy look for it`,
    `- sdk error: @pulumi/pulumi cannot be loaded from ${directory}`,
  ]);
});

test("reports an SDK that is too old, and a package of another version than the command", () => {
  install(project(), "pulumi-pinterest", "0.0.1");
  install(directory, "@pulumi/pulumi", "3.267.9");
  expect(troubles(checkProject(directory))).toEqual([
    expect.stringMatching(/^- package warning: pulumi-pinterest 0\.0\.1 .* but this command has version/),
    expect.stringMatching(/^- sdk error: @pulumi\/pulumi 3\.267\.9 .* is older than 3\.268\.0$/),
  ]);
});

test("names the project's own doctor with its directory and stack", () => {
  install(project(), "pulumi-pinterest", "0.0.1");
  const [own] = checkProject(directory, "prod");
  expect(own?.remedy).toBe(
    `Run the project's version: \`cd ${directory} && npx pulumi-pinterest doctor --stack prod\`.`,
  );
});

test("reports two copies of the SDK", () => {
  install(project(), "pulumi-pinterest", packageVersion());
  install(directory, "@pulumi/pulumi", "3.268.0");
  install(join(directory, "node_modules/pulumi-pinterest"), "@pulumi/pulumi", "3.269.0");
  expect(troubles(checkProject(directory))).toEqual([
    "- sdk error: two copies of @pulumi/pulumi: the program has 3.268.0, and pulumi-pinterest has 3.269.0",
  ]);
});

test.each(["main: src\n", 'main: "src/index.ts" # the program\n'])(
  "finds packages from the directory of the program (%j)",
  (main) => {
    project(`name: lab\nruntime: nodejs\n${main}`);
    mkdirSync(join(directory, "src"));
    install(join(directory, "src"), "pulumi-pinterest", packageVersion());
    install(directory, "@pulumi/pulumi", "3.268.0");
    expect(troubles(checkProject(directory))).toEqual([]);
  },
);

test("accepts a linked package", () => {
  const repository = resolve(__dirname, "../../..");
  mkdirSync(join(project(), "node_modules"));
  symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"));
  symlinkSync(join(repository, "node_modules/@pulumi"), join(directory, "node_modules/@pulumi"));
  expect(troubles(checkProject(directory))).toEqual([]);
});

test("reads from Pulumi Cloud's list of stacks whether a stack is being updated", () => {
  const list = JSON.stringify([
    { name: "dev", current: true, updateInProgress: false },
    { name: "prod", current: false, updateInProgress: true },
    { name: "other", current: false },
  ]);
  const said = ["dev", "prod", "other", "none"].map((name) => isUpdating(list, name));
  expect(said).toEqual([false, true, undefined, undefined]);
  expect(isUpdating("error: …", "dev")).toBeUndefined();
});

test.each([
  [
    "reports a stack lock of an ended process of this machine as stale",
    hostname(),
    "error",
    "`pulumi cancel --stack organization/lab/prod`; `pulumi up --stack organization/lab/prod`",
  ],
  ["reports a stack lock of another machine as held", "build-7", "warning", "Wait until it ends"],
])("%s", async (_, host, status, remedy) => {
  const locks = join(directory, ".pulumi/locks/organization/lab/prod");
  mkdirSync(locks, { recursive: true });
  // Above the highest process ID of Linux: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html
  const lock = { pid: 2 ** 31 - 1, username: "ci", hostname: host, timestamp: "2027-01-10T00:00:00Z" };
  writeFileSync(join(locks, "a.json"), JSON.stringify(lock));
  const stack = { name: "organization/lab/prod", project: "lab", directory: "." } as unknown as OpenStack;
  const check = await checkStackLock(stack, `file://${directory}`);
  expect(check).toMatchObject({ status, remedy: expect.stringContaining(remedy) });
});
