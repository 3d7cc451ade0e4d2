import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "@jest/types";

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
  private error: Error | undefined;
  private readonly config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">;

  constructor(config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">) {
    this.config = config;
  }

  onRunComplete(_contexts: unknown, results: Results): void {
    const directory = process.env.TEST_TRAFFIC;
    if (directory === undefined || !this.isComplete(results)) return;
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
    this.error = new Error(report);
  }

  /** Jest fails a run whose reporter has an error. */
  getLastError(): Error | undefined {
    return this.error;
  }

  private isComplete({ numFailedTestSuites, wasInterrupted, testResults }: Results): boolean {
    // Jest determines the success of the run only after its reporters.
    if (numFailedTestSuites > 0 || wasInterrupted || this.config.testNamePattern) return false;
    const { rootDir } = this.config;
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    return filesOfUnitTests(rootDir).every((file) => ran.has(file));
  }
}

/** A behavior of Pinterest, and the source that documents it. */
interface DocumentedBehavior {
  readonly name: string;
  readonly source: string;
}

/** The names of the behaviors that a test run has observed. */
interface Coverage {
  readonly byAnyClient: ReadonlySet<string>;
  /** Behaviors in answers to the provider's client. */
  readonly byProvider: ReadonlySet<string>;
}

const providerClient = "pulumi-pinterest-";

/** Reads the records of a run's emulators. */
export function readCoverage(directory: string): Coverage {
  const files = readdirSync(directory);
  const namesIn = (names: readonly string[]) =>
    new Set(names.flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n")));
  return {
    byAnyClient: namesIn(files),
    byProvider: namesIn(files.filter((name) => name.startsWith(providerClient))),
  };
}

/** Whether a behavior is an answer. The provider's client must have received it; for other behaviors, the client does not matter. */
function isAnswer(name: string): boolean {
  return /^\w+ (\d{3}|5xx)( code \d+)?$|^429 of \w+$/.test(name);
}

/** Returns the documented behaviors that were not observed, one line each. */
function uncovered(
  documented: readonly DocumentedBehavior[],
  { byAnyClient, byProvider }: Coverage,
): string[] {
  return documented
    .filter(({ name }) => !(isAnswer(name) ? byProvider : byAnyClient).has(name))
    .map(({ name, source }) => `${name}${isAnswer(name) ? ", by the provider" : ""} (${source})`);
}
