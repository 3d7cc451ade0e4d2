import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findBrowser } from "./browser";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-browser-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

test("CHROME_PATH goes before PATH", () => {
  program("chromium");
  const own = program("own-browser");

  expect(findBrowser({ PATH: folder, CHROME_PATH: own })).toEqual({ path: own });
});

test("a CHROME_PATH that is no program is an error, not another browser", () => {
  program("chromium");

  expect(() => findBrowser({ PATH: folder, CHROME_PATH: join(folder, "none") })).toThrow("CHROME_PATH");
  expect(() => findBrowser({ PATH: folder, CHROME_PATH: folder })).toThrow("CHROME_PATH");
});

test.each(["chromium", "google-chrome", "msedge"])("%s on PATH is found", (name) => {
  const path = program(name);

  expect(findBrowser({ PATH: folder })).toEqual({ path });
});
