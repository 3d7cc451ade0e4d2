import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that Pinterest documents, and where. */
export interface Documented {
  readonly cell: string;
  readonly source: string;
}

/** What a run of the tests has met. */
export interface Seen {
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
export function isAnswer(cell: string): boolean {
  return /^\w+ (\d{3}|5xx)( code \d+)?$|^429 of \w+$/.test(cell);
}

/** What is documented and was not met: one line each. */
export function gapsIn(documented: readonly Documented[], { byAnybody, byProvider }: Seen): string[] {
  return documented
    .filter(({ cell }) => !(isAnswer(cell) ? byProvider : byAnybody).has(cell))
    .map(({ cell, source }) => `${cell}${isAnswer(cell) ? ", by the provider" : ""} (${source})`);
}
