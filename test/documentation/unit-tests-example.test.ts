import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const repository = resolve(__dirname, "../..");

test("the unit-tests example passes without an engine", () => {
  const report = execFileSync(join(repository, "node_modules/.bin/node"), ["--test", "shops.test.ts"], {
    cwd: join(repository, "examples/unit-tests"),
    encoding: "utf8",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  expect(report).toMatch(/pass 2\b/);
  expect(report).toMatch(/fail 0\b/);
});
