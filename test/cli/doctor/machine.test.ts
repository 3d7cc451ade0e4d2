import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { checkPackages, checkProgram, engineErrors } from "../../../cli/doctor/machine";
import { packageVersion } from "../../../provider/base/own-package";
import { readProjectFile } from "../../../stack/project-file";
import { testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";
import { problemsIn } from "./helpers/checked-accounts";

let directory: string;
beforeEach(() => {
  directory = realpathSync(temporaryDirectory());
});

testOnPosix("shell scripts as programs").each([
  ["node", "v22.19.1", "ok", "Node.js 22.19.1 (DIRECTORY/node)"],
  ["node", "v22.18.9", "error", "Node.js 22.18.9 (DIRECTORY/node) is too old"],
  ["node", "not a version", "error", "DIRECTORY/node does not report its version"],
  ["engine", "v3.254.0", "ok", "pulumi 3.254.0 (DIRECTORY/pulumi)"],
  ["engine", "v3.253.9", "error", "pulumi 3.253.9 (DIRECTORY/pulumi) is too old"],
] as const)("reports %s that prints %j as %s, with its path", async (id, printed, status, found) => {
  const program = join(directory, id === "node" ? "node" : "pulumi");
  writeFileSync(program, `#!/bin/sh\necho '${printed}'\n`, { mode: 0o755 });
  const PATH = `${join(directory, "none")}:${directory}:${dirname(process.execPath)}:${process.env.PATH}`;
  const check = await checkProgram(id, directory, { PATH });
  expect(check).toMatchObject({ id, status, found: found.replace("DIRECTORY", directory) });
  if (status === "error") {
    expect(check.remedy).toContain(id === "node" ? "22.19.0 or newer" : "3.254.0 or newer");
  }
});

test("reports a missing engine", async () => {
  expect(await checkProgram("engine", directory, { PATH: directory })).toMatchObject({
    id: "engine",
    status: "error",
    found: "`pulumi` is not on PATH",
  });
});

/**
 * Creates a project.
 *
 * @param packages the versions in `node_modules` of each directory, such as `{ ".": { "@pulumi/pulumi": "3.268.0" } }`.
 * @param yaml further lines of Pulumi.yaml.
 */
function projectWith(
  packages: Readonly<Record<string, Readonly<Record<string, string>>>>,
  yaml = "",
): string {
  writeFileSync(join(directory, "Pulumi.yaml"), `name: lab\nruntime: nodejs\n${yaml}`);
  for (const [parent, versions] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(versions)) {
      const target = join(directory, parent, "node_modules", name);
      mkdirSync(target, { recursive: true });
      writeFileSync(join(target, "package.json"), JSON.stringify({ name, version }));
      // The module that refresh and destroy load.
      if (name === "pulumi-pinterest") writeFileSync(join(target, "dynamic.js"), "");
    }
  }
  return directory;
}

const own = { "pulumi-pinterest": packageVersion() };

test.each([
  ["accepts both packages", { ".": { ...own, "@pulumi/pulumi": "3.268.0" } }, []],
  [
    "reports missing packages",
    {},
    [
      "- package error: pulumi-pinterest cannot be loaded from DIRECTORY, where refresh and destroy look for it",
      "- sdk error: @pulumi/pulumi cannot be loaded from DIRECTORY",
    ],
  ],
  [
    "reports an SDK that is too old",
    { ".": { ...own, "@pulumi/pulumi": "3.267.9" } },
    ["- sdk error: @pulumi/pulumi 3.267.9 (DIRECTORY/node_modules/@pulumi/pulumi) is older than 3.268.0"],
  ],
  [
    "reports two copies of the SDK",
    {
      ".": { ...own, "@pulumi/pulumi": "3.268.0" },
      "node_modules/pulumi-pinterest": { "@pulumi/pulumi": "3.269.0" },
    },
    ["- sdk error: two copies of @pulumi/pulumi: the program has 3.268.0, and pulumi-pinterest has 3.269.0"],
  ],
])("%s in a project", (_what, packages, problems) => {
  const expected = problems.map((problem) => problem.replace("DIRECTORY", directory));
  expect(problemsIn(checkPackages(projectWith(packages)))).toEqual(expected);
});

test("warns about a package of another version than the command, and names the project's own doctor", () => {
  const packages = { ".": { "pulumi-pinterest": "0.0.1", "@pulumi/pulumi": "3.268.0" } };
  const checks = checkPackages(projectWith(packages), "prod");
  expect(problemsIn(checks)).toEqual([
    expect.stringMatching(/^- package warning: pulumi-pinterest 0\.0\.1 .* but this command has version/),
  ]);
  expect(checks[0]?.remedy).toBe(
    "Run the project's version in its directory: `npx pulumi-pinterest doctor --stack prod`.",
  );
});

test("finds packages from the directory of the program", async () => {
  const packages = { src: own, ".": { "@pulumi/pulumi": "3.268.0" } };
  const { programDirectory = "" } = await readProjectFile(projectWith(packages, "main: src\n"));
  expect(problemsIn(checkPackages(programDirectory))).toEqual([]);
});

test("joins the engine's errors in one line, each once", () => {
  expect(engineErrors(new Error("error: first\nerror: first\n\nerror: second"))).toBe("first; second");
});
