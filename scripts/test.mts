// Runs the tests that every change needs, all tests (--all), the tests that are left (--rest), or the tests at the paths that Jest's arguments name.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");
const jest = createRequire(import.meta.url).resolve("jest/bin/jest");

/** Jest's projects (jest.config.js) for each scope. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  quick: ["unit", "story"],
  "--all": [],
  "--rest": ["slow", "story-plugin", "engine", "plugin"],
};

const given = process.argv.slice(2);
const hasScope = given[0] !== undefined && Object.hasOwn(scopes, given[0]);
const others = hasScope ? given.slice(1) : given;
// A path or a project selects by itself. Other arguments, such as -t NAME, go with the default scope.
const isSelected = others.some((arg) =>
  arg.startsWith("-") ? arg.startsWith("--selectProjects") : arg.includes("/"),
);
const scope = hasScope ? String(given[0]) : isSelected ? "--all" : "quick";
const args = [...(scopes[scope] ?? []).map((name) => `--selectProjects=${name}`), ...others];

// A directory for each run, because engines and killed processes leave files in it.
const TMPDIR = mkdtempSync(join(tmpdir(), "pinterest-tests-"));
// PostgreSQL may run as another user.
chmodSync(TMPDIR, 0o755);
const child = spawn(process.execPath, [jest, ...args], {
  cwd: repository,
  stdio: "inherit",
  env: { ...process.env, TMPDIR },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
const [code] = await once(child, "exit");
// PostgreSQL may still be shutting down.
rmSync(TMPDIR, { recursive: true, force: true, maxRetries: 10 });
if (scope === "quick") {
  const files = globSync(["test/engine/**/*.test.ts", "test/slow/**/*.test.ts"], { cwd: repository });
  console.log(`
Not run: ${files.length} files that take minutes. They test commands, guides, workflows and resource options on the real
engine, fleets, and pages in a browser. Run them with \`npm run test:rest\`, or run every test with \`npm run test:all\`.`);
}
process.exitCode = code ?? 1;
