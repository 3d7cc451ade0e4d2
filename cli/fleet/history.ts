import type { Statements } from "../../fleet/store/database";
import { changesBefore, checksBefore } from "../../fleet/store/results";
import { isInSync } from "../../stack/findings";
import type { DriftReport } from "../../stack/report";
import type { History } from "../drift/html-estate";

/** Number of earlier checks on the page. With the current one, two weeks of nightly checks. */
const checksAtMost = 13;

/** The drift checks of a fleet before a run, with the changes of the merchants that have findings in the run's report. */
export async function historyBefore(
  statements: Statements,
  runId: string,
  { stacks }: DriftReport,
): Promise<History> {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const names = merchants.filter((merchant) => !isInSync(merchant)).map(({ name }) => name);
  const checks = await checksBefore(statements, runId, checksAtMost);
  const changes = await changesBefore(statements, runId, names);
  const byMerchant = Map.groupBy(changes, ({ merchant }) => merchant);
  return {
    checks: checks.map(({ at, counts }) => ({ at: at.toISOString(), estate: counts })),
    of: ({ name }) =>
      (byMerchant.get(name) ?? []).map(({ at, ...change }) => ({ ...change, at: at.toISOString() })),
  };
}
