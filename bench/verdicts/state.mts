// What a resource takes in a stack's state.
import { givenBytes } from "../engine/program.mts";
import { frontEnds, type Results } from "../results.mts";
import { passesWith } from "../select.mts";
import { judgeAll, type Verdict } from "./verdict.mts";

const about = "State of a resource with one account";

/** What is kept besides arguments, which stand there as inputs and as outputs. */
const ownBytes = 1200;

export function stateVerdicts(results: Results): Verdict[] {
  return frontEnds.flatMap((peer) => {
    const passes = passesWith(results, { peer, accounts: "one" });
    return [
      judgeAll(
        {
          about,
          name: `all of it, ${peer}`,
          bound: "at most",
          limit: ownBytes + 2 * givenBytes,
          unit: "bytes",
          movable: false,
        },
        passes.map(({ state }) => state.bytesAResource),
      ),
      judgeAll(
        { about, name: `provider text, ${peer}`, bound: "under", limit: 200, unit: "bytes", movable: false },
        passes.map(({ state }) => state.providerTextBytes),
      ),
    ];
  });
}
