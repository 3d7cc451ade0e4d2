import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { addedPackages, reached } from "../../bench/figures/added-packages.mts";

const packages = {
  "": { dependencies: { a: "1" } },
  "node_modules/a": { dependencies: { b: "1", shared: "2" }, optionalDependencies: { absent: "1" } },
  "node_modules/b": { dependencies: { a: "1" } },
  "node_modules/shared": { dependencies: { b: "1" } },
  "node_modules/a/node_modules/shared": {},
  "node_modules/unused": {},
};

test("follows dependencies as Node.js finds them: the nearest copy, circles, optional ones where they are", () => {
  expect(reached(packages, "")).toEqual(
    new Set(["", "node_modules/a", "node_modules/b", "node_modules/a/node_modules/shared"]),
  );
});

test("a copy further up serves a folder that has none of its own", () => {
  expect(reached(packages, "node_modules/shared")).toContain("node_modules/a/node_modules/shared");
  expect(reached(packages, "node_modules/b")).not.toContain("node_modules/shared");
});

test("a package that is nested in another is counted once, for itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-packages-"));
  try {
    const sdk = "node_modules/@pulumi/pulumi";
    const nested = "node_modules/a/node_modules/shared";
    mkdirSync(join(folder, nested, "lib"), { recursive: true });
    writeFileSync(join(folder, "node_modules/a/index.js"), "12345");
    writeFileSync(join(folder, nested, "lib/index.js"), "123");
    const lock = {
      packages: {
        "": { dependencies: { a: "1", "@pulumi/pulumi": "3" } },
        "node_modules/a": { dependencies: { shared: "2" } },
        [nested]: {},
        [sdk]: {},
      },
    };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    expect(addedPackages(folder)).toEqual([
      { path: "node_modules/a", bytes: 5 },
      { path: nested, bytes: 3 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
