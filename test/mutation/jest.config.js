const { projects } = require("../../jest.config.js");

// The first failing sequence of the model detects a mutant.
process.env.MODEL_SHRINK ??= "no";

const { displayName, globalSetup, setupFilesAfterEnv, testMatch, ...unit } = projects.find(
  (project) => project.displayName === "unit",
);

/** The unit tests of the mutated directories, for `npm run test:mutation`. @type {import("jest").Config} */
module.exports = {
  ...unit,
  rootDir: "../..",
  testMatch: [
    "<rootDir>/test/{base,api,config,run,lifecycle,dynamic,plugin,promises,contract}/**/*.test.ts",
    "<rootDir>/test/model/model.test.ts",
  ],
  // One test reads the sources, to which mutation testing adds code. The other limits the memory of processes, which that code increases.
  testPathIgnorePatterns: [
    "<rootDir>/test/run/environment.test.ts",
    "<rootDir>/test/api/credentials/processes.test.ts",
  ],
  // Many mutants make a test wait forever.
  testTimeout: 20_000,
  testSequencer: "<rootDir>/test/mutation/covering-files.cjs",
  testRunner: "<rootDir>/test/mutation/jest-circus-until-failure.cjs",
};
