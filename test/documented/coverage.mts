import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A behavior of Pinterest, and the source that documents it. */
export interface DocumentedBehavior {
  readonly name: string;
  readonly source: string;
}

/** The names of the behaviors that a test run has observed. */
export interface Coverage {
  readonly byAnyClient: ReadonlySet<string>;
  /** Behaviors in answers to the provider's client. */
  readonly byProvider: ReadonlySet<string>;
}

const providerClient = "pulumi-pinterest-";

/** Reads the records of a run's emulators. */
export function readCoverage(directory: string): Coverage {
  const files = readdirSync(directory);
  const cellsIn = (names: readonly string[]) =>
    new Set(names.flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n")));
  return {
    byAnyClient: cellsIn(files),
    byProvider: cellsIn(files.filter((name) => name.startsWith(providerClient))),
  };
}

/** Whether a behavior is an answer. The provider's client must have received it; for other behaviors, the client does not matter. */
export function isAnswer(name: string): boolean {
  return /^\w+ (\d{3}|5xx)( code \d+)?$|^429 of \w+$/.test(name);
}

/** Returns the documented behaviors that were not observed, one line each. */
export function uncovered(
  documented: readonly DocumentedBehavior[],
  { byAnyClient, byProvider }: Coverage,
): string[] {
  return documented
    .filter(({ name }) => !(isAnswer(name) ? byProvider : byAnyClient).has(name))
    .map(({ name, source }) => `${name}${isAnswer(name) ? ", by the provider" : ""} (${source})`);
}
