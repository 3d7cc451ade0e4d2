import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Results } from "./results.mts";

const form: Results["version"] = 4;

/** @throws Error when the file is of another form than this version writes */
export function readResults(file: string): Results | undefined {
  if (!existsSync(file)) return undefined;
  const results = JSON.parse(readFileSync(file, "utf8")) as Results;
  if (results.version !== form)
    throw new Error(
      `${file} is of form ${results.version}, and this program writes form ${form}: measure anew`,
    );
  return results;
}

/** Makes place for other results: what a file holds stays beside it, as one that ends in .before.json. */
export function keepBefore(file: string): void {
  if (existsSync(file)) renameSync(file, file.replace(/\.json$/, ".before.json"));
}

/** Replaces the file as a whole: a run that is cut off leaves what it had measured. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.new`;
  writeFileSync(next, `${JSON.stringify(results, undefined, 2)}\n`);
  renameSync(next, file);
}
