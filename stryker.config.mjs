import { tmpdir } from "node:os";
import { join } from "node:path";

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: ["provider/{base,api,config,run,lifecycle}/**/*.ts"],
  // Most strings are messages, whose exact wording is not worth a test.
  mutator: { excludedMutations: ["StringLiteral"] },
  testRunner: "jest",
  jest: {
    configFile: "test/mutation/jest.config.js",
    // test/mutation/covering-files.cjs selects the test files, more closely than by their imports.
    enableFindRelatedTests: false,
  },
  coverageAnalysis: "perTest",
  // A mutant in code that runs while modules load would need every test, about a minute for each.
  ignoreStatic: true,
  concurrency: 2,
  // A busy machine must not turn slow tests into timeouts, which count as detected.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 15,
  // Outside the repository, so that other tools do not find every file twice.
  tempDirName: join(tmpdir(), "pulumi-pinterest-mutation"),
  cleanTempDir: "always",
  ignorePatterns: ["bench", "coverage", "reports"],
  reporters: ["clear-text", "json", "html"],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true, logTests: false },
  jsonReporter: { fileName: "reports/mutation/mutation.json" },
  htmlReporter: { fileName: "reports/mutation/mutation.html" },
  thresholds: { high: 90, low: 85, break: 85 },
};
