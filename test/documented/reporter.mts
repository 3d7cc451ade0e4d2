import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "@jest/types";
import { type DocumentedBehavior, isAnswer, readCoverage, uncovered } from "./coverage.mts";

/** The part of Jest's results that this reporter uses. */
interface Results {
  readonly numFailedTestSuites: number;
  readonly wasInterrupted: boolean;
  readonly testResults: readonly { readonly testFilePath: string }[];
}

/** The files of Jest's project `unit`, which must cover all documented behaviors. */
export function filesOfUnitTests(rootDir: string): string[] {
  const exclude = ["test/engine/**", "test/slow/**", "test/story/**"];
  return globSync("test/**/*.test.ts", { cwd: rootDir, exclude }).map((file) => resolve(rootDir, file));
}

/**
 * Fails a run of all unit tests that did not cover a documented behavior: an answer to an operation, a limit of a value, a form of an answer,
 * or a rate limit. Ignores partial and failed runs.
 */
export default class DocumentedTraffic {
  #error: Error | undefined;
  readonly #config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">;

  constructor(config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">) {
    this.#config = config;
  }

  onRunComplete(_contexts: unknown, results: Results): void {
    const directory = process.env.TEST_TRAFFIC;
    if (directory === undefined || !this.#isComplete(results)) return;
    const documented: DocumentedBehavior[] = JSON.parse(
      readFileSync(join(directory, "documented.json"), "utf8"),
    );
    const gaps = uncovered(documented, readCoverage(join(directory, "observed")));
    const answers = documented.filter(({ name }) => isAnswer(name)).length;
    const total = `${documented.length} documented behaviors of Pinterest (${answers} are answers to the provider)`;
    if (gaps.length === 0) {
      process.stderr.write(`The tests cover all ${total}.\n`);
      return;
    }
    const report = `The tests do not cover ${gaps.length} of ${total}:\n${gaps.map((gap) => `  ${gap}\n`).join("")}`;
    process.stderr.write(report);
    this.#error = new Error(report);
  }

  /** Jest fails a run whose reporter has an error. */
  getLastError(): Error | undefined {
    return this.#error;
  }

  #isComplete({ numFailedTestSuites, wasInterrupted, testResults }: Results): boolean {
    // Jest determines the success of the run only after its reporters.
    if (numFailedTestSuites > 0 || wasInterrupted || this.#config.testNamePattern) return false;
    const { rootDir } = this.#config;
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    return filesOfUnitTests(rootDir).every((file) => ran.has(file));
  }
}
