// Runs the tests that depend on the engine's version, on the oldest supported engine and the one in go.mod, or on the versions that are given.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { oldestEngine, pulumiVersion } from "./engine/build.mts";
import { ensureEngine } from "./engine/ensure.mts";

/** The others use no engine, or compare the one in go.mod with the engine of `test/protocol`. */
const tests = [
  "--selectProjects=story",
  "--selectProjects=story-plugin",
  "--selectProjects=engine",
  "--selectProjects=plugin",
  "--testPathPatterns=test/(story|engine/(both/(?!replacements|protocol)|ownership|shared-run|cli-(import|drift)|plugin/))",
];

const given = process.argv.slice(2);
const versions = given.length > 0 ? given : [oldestEngine, pulumiVersion];
const failed: string[] = [];
for (const version of versions) {
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
