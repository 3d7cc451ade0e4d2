// What commands ask of Pinterest, whatever the size of the stack: a creation looks first, and a preview by itself asks nobody.
import { type FrontEnd, frontEnds, type Pass, type Results, type Workload } from "../results.mts";
import { passesWith, requestCount } from "../select.mts";
import { judgeAll, type Verdict } from "./verdict.mts";

const about = "Requests for each integration";

const expected = { up: 2, preview: 0, change: 1, destroy: 1 } as const satisfies Partial<
  Record<Workload, number>
>;

export function requestVerdicts(results: Results): Verdict[] {
  return frontEnds.flatMap((peer) => [
    ...(Object.keys(expected) as (keyof typeof expected)[]).map((workload) =>
      ofEach(peer, workload, workload, expected[workload], passesWith(results, { peer })),
    ),
    ofEach(
      peer,
      "preview --refresh of an account each",
      "preview-refresh",
      1,
      passesWith(results, { peer, accounts: "each" }),
    ),
  ]);
}

function ofEach(
  peer: FrontEnd,
  name: string,
  workload: Workload,
  limit: number,
  passes: readonly Pass[],
): Verdict {
  return judgeAll(
    { about, name: `${name}, ${peer}`, bound: "exactly", limit, unit: "requests", movable: false },
    passes.map(({ commands, count }) => requestCount(commands[workload]) / count),
  );
}
