const { default: runFile } = require("jest-circus/runner");

/** The mutant that a test has failed for. One failure is enough, and Jest cannot stop there without exiting. */
let killed;

/** Jest's own runner of a test file, which skips the file if an earlier one has killed the mutant. */
module.exports = async function runUntilFailure(...call) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant !== undefined && mutant === killed) return nothingRun;
  const result = await runFile(...call);
  if (result.numFailingTests > 0) killed = mutant;
  return result;
};

/** Jest takes a file without any test for a mistake. */
const skippedTest = { ancestorTitles: [], failureMessages: [], fullName: "", status: "pending", title: "" };

const nothingRun = {
  numFailingTests: 0,
  numPassingTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  openHandles: [],
  perfStats: {},
  snapshot: { uncheckedKeys: [] },
  testResults: [skippedTest],
};
