import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "@jest/types";

/** What of Jest's results counts here. */
interface Results {
  readonly numFailedTestSuites: number;
  readonly wasInterrupted: boolean;
  readonly testResults: readonly { readonly testFilePath: string }[];
}

/** The files of Jest's project `unit`, which must meet everything that is documented. */
export function filesOfUnitTests(rootDir: string): string[] {
  const exclude = ["test/engine/**", "test/slow/**", "test/story/**"];
  return globSync("test/**/*.test.ts", { cwd: rootDir, exclude }).map((file) => resolve(rootDir, file));
}

/**
 * Fails a run of all unit tests that did not meet something that Pinterest documents: an answer to an operation, a bound, a form, a rate
 * limit. Ignores a run of some of them, and one that failed anyway.
 */
export default class DocumentedTraffic {
  #error: Error | undefined;
  readonly #config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">;

  constructor(config: Pick<Config.GlobalConfig, "rootDir" | "testNamePattern">) {
    this.#config = config;
  }

  onRunComplete(_contexts: unknown, results: Results): void {
    const directory = process.env.TEST_TRAFFIC;
    if (directory === undefined || !this.#isWhole(results)) return;
    const documented: Documented[] = JSON.parse(readFileSync(join(directory, "documented.json"), "utf8"));
    const gaps = gapsIn(documented, readSeen(join(directory, "seen")));
    const answers = documented.filter(({ cell }) => isAnswer(cell)).length;
    const met = `Of ${documented.length} things that Pinterest documents (${answers} answers to the provider, and bounds, forms and limits)`;
    if (gaps.length === 0) {
      process.stderr.write(`${met}, the tests have met every one.\n`);
      return;
    }
    const report = `${met}, the tests have not met ${gaps.length}:\n${gaps.map((gap) => `  ${gap}\n`).join("")}`;
    process.stderr.write(report);
    this.#error = new Error(report);
  }

  /** Jest fails a run whose reporter has an error. */
  getLastError(): Error | undefined {
    return this.#error;
  }

  #isWhole({ numFailedTestSuites, wasInterrupted, testResults }: Results): boolean {
    // Whether the run is a success is decided only after its reporters.
    if (numFailedTestSuites > 0 || wasInterrupted || this.#config.testNamePattern) return false;
    const { rootDir } = this.#config;
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    return filesOfUnitTests(rootDir).every((file) => ran.has(file));
  }
}

/** Something that Pinterest documents, and where. */
interface Documented {
  readonly cell: string;
  readonly source: string;
}

/** What a run of the tests has met. */
interface Seen {
  readonly byAnybody: ReadonlySet<string>;
  /** In requests of the provider's own client. */
  readonly byProvider: ReadonlySet<string>;
}

const client = "pulumi-pinterest-";

/** Reads what the emulators of a run have noted. */
export function readSeen(directory: string): Seen {
  const files = readdirSync(directory);
  const cellsIn = (names: readonly string[]) =>
    new Set(names.flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n")));
  return {
    byAnybody: cellsIn(files),
    byProvider: cellsIn(files.filter((name) => name.startsWith(client))),
  };
}

/** Whether it is an answer of Pinterest's, which the provider must have met; everything else is met by any request. */
function isAnswer(cell: string): boolean {
  return /^\w+ (\d{3}|5xx)( code \d+)?$|^429 of \w+$/.test(cell);
}

/** What is documented and was not met: one line each. */
function gapsIn(documented: readonly Documented[], { byAnybody, byProvider }: Seen): string[] {
  return documented
    .filter(({ cell }) => !(isAnswer(cell) ? byProvider : byAnybody).has(cell))
    .map(({ cell, source }) => `${cell}${isAnswer(cell) ? ", by the provider" : ""} (${source})`);
}
