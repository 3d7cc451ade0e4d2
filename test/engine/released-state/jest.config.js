const { join } = require("node:path");
const { projects } = require("../../../jest.config.js");

/** Runs write.ts for each provider type. @type {import("jest").Config} */
module.exports = {
  maxWorkers: 1,
  projects: projects
    .filter(({ displayName }) => ["engine", "plugin"].includes(displayName))
    .map((project) => ({
      ...project,
      rootDir: join(__dirname, "../../.."),
      testMatch: ["<rootDir>/test/engine/released-state/write.ts"],
      testPathIgnorePatterns: ["/node_modules/"],
    })),
};
