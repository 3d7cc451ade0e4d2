const transform = {
  "\\.m?ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" }, sourceMaps: "inline" },
  ],
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      displayName: "unit",
      transform,
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/engine/"],
      modulePathIgnorePatterns: ["<rootDir>/dist/"],
    },
    {
      displayName: "engine",
      transform,
      globalSetup: "<rootDir>/test/engine/helpers/engine.ts",
      setupFilesAfterEnv: ["<rootDir>/test/engine/helpers/timeout.ts"],
      testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
      modulePathIgnorePatterns: ["<rootDir>/dist/"],
    },
  ],
};
