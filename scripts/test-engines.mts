// Runs the tests that depend on the engine's version, or those at the given paths, on the oldest supported engine and the one in go.mod, or on
// the given versions.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { ensureEngine, versionOf } from "./engine/ensure.mts";

const projects = ["story", "story-plugin", "engine", "plugin"].map((name) => `--selectProjects=${name}`);

/** The others use no engine, or compare the one in go.mod with the engine of `test/protocol`. */
const dependent =
  "--testPathPatterns=test/(story|promises|engine/(both/(?!protocol)|cli-(import|drift)|drift-after|kill-points|plugin/))";

const given = process.argv.slice(2);
const isPath = (arg: string) => arg.includes("/");
const paths = given.filter(isPath);
const tests = [...projects, ...(paths.length > 0 ? ["--", ...paths] : [dependent])];
const givenVersions = given.filter((arg) => !isPath(arg));
const names = givenVersions.length > 0 ? givenVersions : ["oldest", "pinned"];
const failed: string[] = [];
for (const version of await Promise.all(names.map(versionOf))) {
  const { binDir } = await ensureEngine(version);
  console.log(`\nPulumi ${version}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "test.mts"), ...tests], {
    stdio: "inherit",
    env: { ...process.env, PATH: [binDir, process.env.PATH].join(delimiter) },
  });
  if (status !== 0) failed.push(version);
}
if (failed.length > 0) {
  console.error(`The tests failed with Pulumi ${failed.join(" and ")}.`);
  process.exitCode = 1;
}
