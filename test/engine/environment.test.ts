import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { labOfFile } from "./helpers/lab";

const lab = labOfFile();

const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1" });

// The tests share one project. The last ones install packages, which stay.
describe("without the system's process table", () => {
  let options: string | undefined;

  beforeAll(() => {
    const preload = join(lab.directory, "without-proc.cjs");
    writeFileSync(
      preload,
      `const fs = require("node:fs");
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (String(path).startsWith("/proc/")) throw new Error("no /proc");
  return readFileSync(path, ...rest);
};`,
    );
    options = lab.environment.NODE_OPTIONS;
    lab.environment.NODE_OPTIONS = `${options} --require ${preload}`;
  });

  afterAll(() => {
    lab.environment.NODE_OPTIONS = options;
  });

  test("an update of a program that changes TMPDIR deletes removed integrations only", async () => {
    const changesTmpdir = 'process.env.TMPDIR = "/dev/null";';
    lab.program({ a: shop("shop-1"), b: shop("shop-2"), c: shop("shop-3") }, changesTmpdir);
    await lab.up();
    lab.emulator.clearRequests();
    lab.program({ renamed: shop("shop-1"), c: shop("shop-3") }, changesTmpdir);
    await lab.up();
    expect(lab.writes()).toEqual(["DELETE shop-2"]);
  });

  test("`destroy` deletes only with the program", async () => {
    const { output } = await lab.fail("destroy", "--skip-preview");
    expect(output).toContain("its options are unknown");
    await lab.succeed("destroy", "--skip-preview", "--run-program");
    expect(lab.emulator.integrations()).toEqual([]);
  });
});

test("rejects a second copy of Pulumi's SDK, and names the remedy", async () => {
  lab.program({ shop: shop("shop-1") });
  installSdkCopy("3.269.1");
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /two copies of @pulumi\/pulumi: the program has 3\.269\.1, pulumi-pinterest \d+\.\d+\.\d+ of its own/,
  );
  expect(output).toContain("npm dedupe");
});

test("accepts a copy of the package that shares the program's copy of the SDK", async () => {
  installPackageCopy();
  await lab.succeed("preview");
});

test("rejects an SDK that is too old, and names the remedy", async () => {
  const sdk = join(lab.directory, "node_modules/@pulumi/pulumi/package.json");
  edit(sdk, /"version": "3\.269\.1"/, '"version": "3.267.9"');
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/needs @pulumi\/pulumi 3\.268\.0 or newer, and found 3\.267\.9/);
  expect(output).toContain("npm install @pulumi/pulumi@latest");
});

/** Replaces the lab's link to Pulumi's SDK with a copy whose `package.json` states a version. */
function installSdkCopy(version: string): void {
  const target = join(lab.directory, "node_modules/@pulumi/pulumi");
  rmSync(dirname(target), { recursive: true });
  cpSync(join(repository, "node_modules/@pulumi/pulumi"), target, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(target, "node_modules"));
  edit(join(target, "package.json"), /"version": "[^"]+"/, `"version": "${version}"`);
}

/** Replaces the lab's link to this package with a copy, which uses the lab's copy of Pulumi's SDK. */
function installPackageCopy(): void {
  const modules = join(lab.directory, "node_modules");
  const target = join(modules, "pulumi-pinterest");
  rmSync(target);
  mkdirSync(target);
  cpSync(join(repository, "package.json"), join(target, "package.json"));
  cpSync(join(repository, "pulumi-resource-pinterest"), join(target, "pulumi-resource-pinterest"));
  cpSync(join(repository, "dist"), join(target, "dist"), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  }
}

/** Replaces the first match of `pattern` in a file. @throws Error if the file has no match */
function edit(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, "utf8");
  if (!pattern.test(text)) {
    throw new Error(`cannot edit ${file}: no match for ${pattern}`);
  }
  writeFileSync(file, text.replace(pattern, replacement));
}
