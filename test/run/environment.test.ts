import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

test("only entry points read the environment of the process, and nothing writes it or changes the directory", () => {
  const root = join(__dirname, "../..");
  const files = ["provider", "stack", "fleet", "cli"].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: "utf8" }).map((name) =>
      join(directory, name),
    ),
  );
  const containing = (pattern: RegExp) =>
    files
      .filter((file) => /\.m?ts$/.test(file) && pattern.test(readFileSync(join(root, file), "utf8")))
      .sort();
  const writes = /process\.env\S* (?:\?\?)?= |(?:delete |assign\()process\.env|process\.chdir/;
  expect(containing(writes)).toEqual([]);
  expect(containing(/process\.env|\benv\b.*\} = process;/)).toEqual([
    "cli/main.ts",
    "fleet/shard/declare-shard.ts",
    "fleet/shard/guard.ts",
    "fleet/shard/run-shard.ts",
    "provider/dynamic/index.ts",
    "provider/plugin/main.ts",
    "provider/sdk/program-checks.ts",
  ]);
});
