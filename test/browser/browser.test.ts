import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";
import { findBrowser } from "./browser";

let folder: string;

beforeEach(() => {
  folder = temporaryDirectory();
});

function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

test("CHROME_PATH takes precedence over PATH", () => {
  program("chromium");
  const own = program("own-browser");

  expect(findBrowser({ PATH: folder, CHROME_PATH: own })).toEqual({ path: own });
});

test("an invalid CHROME_PATH is an error", () => {
  program("chromium");

  expect(() => findBrowser({ PATH: folder, CHROME_PATH: join(folder, "none") })).toThrow("CHROME_PATH");
  expect(() => findBrowser({ PATH: folder, CHROME_PATH: folder })).toThrow("CHROME_PATH");
});

test.each(["chromium", "google-chrome", "msedge"])("finds %s on PATH", (name) => {
  const path = program(name);

  expect(findBrowser({ PATH: folder })).toEqual({ path });
});
