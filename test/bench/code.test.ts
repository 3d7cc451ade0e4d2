import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { codeFingerprint, measured } from "../../bench/code.mts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-code-"));
  mkdirSync(join(folder, "provider/deep"), { recursive: true });
  writeFileSync(join(folder, "provider/deep/a.ts"), "one");
  writeFileSync(join(folder, "provider/b.ts"), "two");
  writeFileSync(join(folder, "lock.json"), "{}");
  writeFileSync(join(folder, "README.md"), "text");
});

afterEach(() => rmSync(folder, { recursive: true }));

function fingerprint(): string {
  return codeFingerprint(folder, ["provider", "lock.json"]);
}

test("is the same for the same code, whatever else is there", () => {
  const before = fingerprint();
  writeFileSync(join(folder, "README.md"), "another text");
  expect(fingerprint()).toBe(before);
  expect(before).toMatch(/^[0-9a-f]{12}$/);
});

test.each([
  ["changed deep inside", () => writeFileSync(join(folder, "provider/deep/a.ts"), "ONE")],
  ["named otherwise", () => writeFileSync(join(folder, "provider/c.ts"), "")],
  ["a file that is named itself", () => writeFileSync(join(folder, "lock.json"), "[]")],
  [
    "moved from the end of a file to the beginning of the next",
    () => {
      writeFileSync(join(folder, "provider/b.ts"), "tw");
      writeFileSync(join(folder, "provider/deep/a.ts"), "oone");
    },
  ],
])("is another one when code is %s", (_, change) => {
  const before = fingerprint();
  change();
  expect(fingerprint()).not.toBe(before);
});

test("is by default of all that a figure of this repository depends on", () => {
  expect(codeFingerprint()).not.toBe(fingerprint());
  expect([...measured].sort()).toEqual([
    "bench/engine",
    "bench/figures",
    "bench/peers",
    "bench/results.mts",
    "bench/statistics.mts",
    "emulator",
    "package-lock.json",
    "package.json",
    "provider",
    "pulumi-resource-pinterest",
    "scripts/build-schema.mjs",
    "scripts/build.mjs",
    "scripts/engine",
    "scripts/schema",
    "tsconfig.build.json",
  ]);
});
