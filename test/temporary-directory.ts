import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";

const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A directory of the test's own, until its end. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-test-"));
  made.push(directory);
  return directory;
}
