import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const repository = resolve(__dirname, "../..");
const node = join(repository, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

let directory: string;

/** A repository whose files agree on the version 1.2.3. */
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-check-"));
  mkdirSync(join(directory, "scripts"));
  cpSync(join(repository, "scripts/release"), join(directory, "scripts/release"), { recursive: true });
  write("package.json", { version: "1.2.3", repository: "github:shop/pulumi-pinterest" });
  for (const file of ["package-lock.json", "schema.json"]) write(file, { version: "1.2.3" });
  writeFileSync(
    join(directory, "CHANGELOG.md"),
    "## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n- Drift reports.\n",
  );
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(file: string, content: object): void {
  writeFileSync(join(directory, file), JSON.stringify(content));
}

/** Checks the release of a tag. */
function check(tag: string) {
  const args = [join(directory, "scripts/release/check.mts"), tag, join(directory, "notes.md")];
  return spawnSync(node, args, { encoding: "utf8" });
}

test("accepts a tag that all files agree with, and writes the notes", () => {
  expect(check("v1.2.3")).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(join(directory, "notes.md"), "utf8")).toBe("- Drift reports.\n");
});

test.each([
  [
    "package.json",
    { version: "1.2.2", repository: "github:shop/pulumi-pinterest" },
    "package.json has the version 1.2.2",
  ],
  ["package.json", { version: "1.2.3" }, "package.json has no `repository`"],
  ["schema.json", { version: "1.2.2" }, "schema.json has the version 1.2.2"],
])("refuses a %s with %j", (file, content, message) => {
  write(file, content);
  const { status, stderr } = check("v1.2.3");
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});

test("refuses a tag that is not a version, and a version that the changelog lacks", () => {
  expect(check("release")).toMatchObject({ status: 1, stderr: expect.stringContaining("not a version") });
  writeFileSync(join(directory, "CHANGELOG.md"), "## [Unreleased]\n\n- Drift reports.\n");
  expect(check("v1.2.3")).toMatchObject({ status: 1, stderr: expect.stringContaining("no heading") });
});
