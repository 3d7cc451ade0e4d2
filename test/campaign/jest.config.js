const { projects } = require("../../jest.config.js");

const engine = projects.find(({ displayName }) => displayName === "engine");

/** What takes too long for every run of the tests: `npm run campaign` plays it. @type {import("jest").Config} */
module.exports = {
  ...engine,
  displayName: "campaign",
  rootDir: "../..",
  testMatch: ["<rootDir>/test/campaign/*.campaign.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
};
