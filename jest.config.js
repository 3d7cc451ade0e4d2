const transform = {
  "\\.m?ts$": [
    "@swc/jest",
    {
      jsc: { parser: { syntax: "typescript" }, target: "es2023" },
      module: { type: "commonjs" },
      sourceMaps: "inline",
    },
  ],
};

/** @type {import("jest").Config} */
module.exports = {
  // Jest would take one on a machine of two cores; an engine test mostly waits for the engine's processes.
  maxWorkers: 2,
  reporters: ["default", "<rootDir>/test/documented/reporter.mts"],
  projects: [
    {
      displayName: "unit",
      transform,
      resolver: "<rootDir>/test/resolver.cjs",
      globalSetup: "<rootDir>/test/documented/setup.ts",
      globalTeardown: "<rootDir>/test/documented/teardown.ts",
      setupFilesAfterEnv: ["<rootDir>/test/timeout.ts"],
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/engine/"],
      modulePathIgnorePatterns: ["<rootDir>/dist/"],
    },
    {
      displayName: "engine",
      transform,
      resolver: "<rootDir>/test/resolver.cjs",
      globalSetup: "<rootDir>/test/engine/helpers/engine.ts",
      globalTeardown: "<rootDir>/test/engine/helpers/teardown.ts",
      setupFilesAfterEnv: ["<rootDir>/test/timeout.ts"],
      testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
      modulePathIgnorePatterns: ["<rootDir>/dist/"],
    },
  ],
};
