const { projects } = require("../../jest.config.js");

const engine = projects.find(({ displayName }) => displayName === "engine");

/** Tests that take too long for every run: `npm run campaign` runs them. @type {import("jest").Config} */
module.exports = {
  ...engine,
  displayName: "campaign",
  rootDir: "../..",
  testMatch: ["<rootDir>/test/campaign/*.campaign.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
};
