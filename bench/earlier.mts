import { isSameMachine } from "./machine.mts";
import type { Machine, Results } from "./results.mts";
import { readResults } from "./results-file.mts";
import { otherCodes } from "./select.mts";

/**
 * What an earlier run measured into a file, to be gone on with; undefined if there is none.
 * @throws Error when it was on another machine, with other versions, or of other code
 */
export function earlierResults(file: string, machine: Machine, code: string): Results | undefined {
  const results = readResults(file);
  if (results === undefined) return undefined;
  if (!isSameMachine(results.machine, machine)) {
    throw new Error(
      `${file} was measured on another machine or with other versions: begin anew, without --resume`,
    );
  }
  const others = otherCodes(results, code);
  if (others.length > 0) {
    throw new Error(
      `${file} was measured of other code (${others.join(", ")}, and this is ${code}): begin anew, without --resume`,
    );
  }
  return results;
}
