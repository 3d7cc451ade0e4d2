import { appendFileSync, readFileSync } from "node:fs";
import type { CreateObservation, ReadObservation } from "../lifecycle/observer";

/** One line of the file. */
export type Observation =
  | ({ readonly kind: "read" } & ReadObservation)
  | ({ readonly kind: "create" } & CreateObservation);

/** Adds to the file. One write a line: processes that write at once do not mix theirs. */
export function writeObservation(file: string, observation: Observation): void {
  appendFileSync(file, `${JSON.stringify(observation)}\n`);
}

/** All that was written so far. */
export function readObservations(file: string): Observation[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Observation);
}
