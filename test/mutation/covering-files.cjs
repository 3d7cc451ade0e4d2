const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/** Test files that have killed a mutant in this process. The latest one is last. */
const killers = new Set();

/**
 * A Jest sequencer that limits a mutant's run to the files with tests that cover the mutant. Stryker names these tests only
 * as a pattern, for which Jest would load every test file. The files that killed the mutants before come first, then the
 * fastest ones.
 */
module.exports = class CoveringFiles {
  #pattern;
  #record;

  constructor({ globalConfig }) {
    this.#pattern = globalConfig.testNamePattern;
    this.#record = join(globalConfig.rootDir, "test-files.json");
  }

  sort(tests) {
    if (!this.#pattern || !existsSync(this.#record)) return tests;
    const recorded = new Map(JSON.parse(readFileSync(this.#record, "utf8")));
    const covering = new RegExp(this.#pattern, "i");
    const ranks = new Map([...killers].map((path, index) => [path, index + 1]));
    const rank = ({ path }) => ranks.get(path) ?? 0;
    const duration = ({ path }) => recorded.get(path)?.duration ?? 0;
    return tests
      .filter(({ path }) => recorded.get(path)?.names.some((name) => covering.test(name)) ?? true)
      .sort((left, right) => rank(right) - rank(left) || duration(left) - duration(right));
  }

  cacheResults(_tests, { testResults }) {
    if (this.#pattern) noteKillers(testResults);
    else if (!existsSync(this.#record)) this.#recordTests(testResults);
  }

  /** Records the names and the duration of all tests, after the run without a mutant. */
  #recordTests(results) {
    const recorded = results.map(({ testFilePath, perfStats, testResults }) => [
      testFilePath,
      { duration: perfStats.runtime, names: testResults.map(({ fullName }) => fullName) },
    ]);
    writeFileSync(this.#record, JSON.stringify(recorded));
  }
};

function noteKillers(results) {
  for (const { testFilePath, numFailingTests } of results) {
    if (numFailingTests === 0) continue;
    killers.delete(testFilePath);
    killers.add(testFilePath);
  }
}
