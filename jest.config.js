const { availableParallelism } = require("node:os");

/** Packages of ES modules alone, which Jest's loader does not take as they are. */
const esModules =
  "fast-string-truncated-width|fast-string-width|fast-wrap-ansi|pg-boss|serialize-error|non-error|rrule-temporal";

const loading = {
  transform: {
    "\\.m?ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2023" },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
    [`node_modules/(?:${esModules})/.*\\.js$`]: [
      "@swc/jest",
      { module: { type: "commonjs" }, jsc: { target: "es2023" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules})/)`],
};

/** Not in TMPDIR, which scripts/test.mts deletes after each run. */
const cacheDirectory = "<rootDir>/node_modules/.cache/jest";

const unit = {
  cacheDirectory,
  ...loading,
  resolver: "<rootDir>/test/resolver.cjs",
  globalSetup: "<rootDir>/test/postgres.ts",
  setupFilesAfterEnv: ["<rootDir>/test/timeout.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/sdk/"],
};

const engine = {
  cacheDirectory,
  ...loading,
  resolver: "<rootDir>/test/resolver.cjs",
  globalSetup: "<rootDir>/test/engine/helpers/engine.ts",
  globalTeardown: "<rootDir>/test/engine/helpers/teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/test/timeout.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/sdk/"],
};

/** @type {import("jest").Config} */
module.exports = {
  // Jest would take one on a machine of two cores. Many tests wait for other processes.
  maxWorkers: Math.max(4, availableParallelism() - 1),
  projects: [
    {
      ...unit,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/(engine|slow|story)/"],
    },
    // Tests with many processes, a browser, a compiler or many cases, the models with all their sequences, and the other provider type of scenarios.
    {
      ...unit,
      displayName: "slow",
      globals: { isSlow: true },
      testMatch: [
        "<rootDir>/test/slow/**/*.test.ts",
        "<rootDir>/test/{promises,protocol}/*.test.ts",
        "<rootDir>/test/model/{model,ownership}.test.ts",
        "<rootDir>/test/fleet/model.test.ts",
      ],
    },
    // One story on the real engine, for each provider type.
    { ...engine, displayName: "story", testMatch: ["<rootDir>/test/story/*.test.ts"] },
    {
      ...engine,
      displayName: "story-plugin",
      globals: { providerType: "plugin" },
      testMatch: ["<rootDir>/test/story/*.test.ts"],
    },
    // The real engine: the dynamic provider, unless a file is about the plugin or has a reason to run on both.
    {
      ...engine,
      displayName: "engine",
      globals: { isOnEngine: true },
      testMatch: ["<rootDir>/test/engine/**/*.test.ts", "<rootDir>/test/promises/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/engine/plugin/"],
    },
    {
      ...engine,
      displayName: "plugin",
      globals: { providerType: "plugin" },
      testMatch: ["<rootDir>/test/engine/{both,plugin}/**/*.test.ts"],
    },
  ],
};
