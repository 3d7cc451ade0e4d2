// Runs the tests: those that every change needs, all (--all), the others alone (--rest), or what Jest's arguments name.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");
const jest = createRequire(import.meta.url).resolve("jest/bin/jest.js");

/** Jest's projects (jest.config.js) that `npm test` runs, and the others. */
const quick = ["unit", "story", "story-plugin"];
const others = ["slow", "engine", "plugin"];

const [first, ...rest] = process.argv.slice(2);
const isQuick = first === undefined;
const isAll = first === "--all";
const isRest = first === "--rest";
const projects = isQuick ? quick : isRest ? others : [];
const given = isAll || isRest ? rest : process.argv.slice(2);

const { status } = spawnSync(
  process.execPath,
  [jest, ...projects.map((name) => `--selectProjects=${name}`), ...given],
  { cwd: repository, stdio: "inherit" },
);
if (isQuick) {
  const files = globSync(["test/engine/**/*.test.ts", "test/slow/**/*.test.ts"], { cwd: repository });
  console.log(
    [
      "",
      `Not run: ${files.length} files that take minutes: commands, guides, workflows and resource options on the real engine,`,
      "fleets with PostgreSQL, pages in a browser, and 1,200 more sequences of the model. To run everything: npm run test:all",
    ].join("\n"),
  );
}
process.exitCode = status ?? 1;
