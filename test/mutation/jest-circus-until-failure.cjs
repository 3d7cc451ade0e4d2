const { default: runFile } = require("jest-circus/runner");

/** The mutant that a test has killed. One failure is enough, but Jest's `bail` would stop the process. */
let killed;

/** Jest's own runner of a test file, which skips all tests after the first one that kills the mutant. */
module.exports = async function runUntilFailure(globalConfig, config, environment, ...others) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant === undefined) return runFile(globalConfig, config, environment, ...others);
  if (mutant === killed) return nothingRun;
  const handle = environment.handleTestEvent;
  environment.handleTestEvent = async (event, state) => {
    await handle?.call(environment, event, state);
    if (event.name === "test_start" && mutant === killed) event.test.mode = "skip";
    if (event.name === "test_done" && event.test.errors.length > 0) killed = mutant;
  };
  return runFile(globalConfig, config, environment, ...others);
};

/** Jest fails a file without tests. */
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
