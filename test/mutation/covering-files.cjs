const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * A Jest sequencer that limits a mutant's run to the files with tests that cover the mutant, the fastest file first.
 * Stryker names these tests only as a pattern, for which Jest would load every test file.
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
    const duration = ({ path }) => recorded.get(path)?.duration ?? 0;
    return tests
      .filter(({ path }) => recorded.get(path)?.names.some((name) => covering.test(name)) ?? true)
      .sort((left, right) => duration(left) - duration(right));
  }

  /** Records the names and the duration of all tests, after the run without a mutant. */
  cacheResults(_tests, { testResults }) {
    if (this.#pattern || existsSync(this.#record)) return;
    const recorded = testResults.map(({ testFilePath, perfStats, testResults: results }) => [
      testFilePath,
      { duration: perfStats.runtime, names: results.map(({ fullName }) => fullName) },
    ]);
    writeFileSync(this.#record, JSON.stringify(recorded));
  }
};
