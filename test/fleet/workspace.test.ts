import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  assertWorkspacePossible,
  fleetInvocation,
  makeTemporaryDirectory,
  markUsed,
  removeAbandonedDirectories,
} from "../../fleet/shard/workspace";

test.each([
  ["win32", /on Windows: run the worker on Linux or macOS/],
  ["darwin", /Pulumi CLI is not on PATH/],
] as const)("on %s, reports what prevents an update", (platform, message) => {
  const invocation = fleetInvocation(tmpdir(), { PATH: "" });
  expect(() => assertWorkspacePossible(invocation, platform)).toThrow(message);
});

test("deletes the directories of killed workers, and keeps other directories", () => {
  const [abandoned, used] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
  const foreign = mkdtempSync(join(tmpdir(), "pulumi-pinterest-other-"));
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  for (const directory of [abandoned, used, foreign]) utimesSync(directory, twoHoursAgo, twoHoursAgo);
  markUsed(used);
  removeAbandonedDirectories();
  expect([abandoned, used, foreign].map(existsSync)).toEqual([false, true, true]);
  for (const directory of [used, foreign]) rmSync(directory, { recursive: true });
});
