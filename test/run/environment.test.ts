import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

test("only entries read the environment of the process, and nothing writes it or changes the directory", () => {
  const root = join(__dirname, "../..");
  const files = ["provider", "stack", "fleet", "cli"].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: "utf8" }).map((name) =>
      join(directory, name),
    ),
  );
  const reads = files.filter((file) => {
    if (!/\.m?ts$/.test(file)) return false;
    const text = readFileSync(join(root, file), "utf8");
    expect(text).not.toMatch(/process\.env\S* (?:\?\?)?= |process\.chdir/);
    return text.includes("process.env");
  });
  expect(reads.sort()).toEqual([
    "cli/main.ts",
    "fleet/shard/declare-shard.ts",
    "fleet/shard/guard.ts",
    "fleet/shard/run-shard.ts",
    "provider/dynamic/index.ts",
    "provider/plugin/main.ts",
    "provider/sdk/program-checks.ts",
  ]);
});
