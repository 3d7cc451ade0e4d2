import type { Statements } from "../../fleet/store/database";
import { listRuns, type RunSummary } from "../../fleet/store/results";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/counted";
import { table } from "./table";

/** Number of runs in the table. */
const shownAtMost = 50;

/** Prints the list of runs. */
export async function printRuns(statements: Statements, asJson: boolean, terminal: Terminal): Promise<void> {
  const runs = await listRuns(statements);
  if (asJson) terminal.out(JSON.stringify(runs));
  else if (runs.length === 0) terminal.out("The fleet has no runs yet.");
  else terminal.out(inWords(runs, terminal));
}

function inWords(runs: readonly RunSummary[], terminal: Terminal): string {
  const rows = [
    ["run", "requested", "operation", "shards", "open", "done", "failed", "canceled"],
    ...runs
      .slice(0, shownAtMost)
      .map(({ run, requestedAt, operation, shards, open, done, failed, canceled }) => [
        run,
        requestedAt.toISOString(),
        operation,
        ...[shards, open, done, failed, canceled].map(figure),
      ]),
  ];
  const more = runs.length - shownAtMost;
  return [
    ...table(rows, terminal),
    ...(more > 0 ? [`And ${counted(more, "earlier run")}: --json lists all.`] : []),
  ].join("\n");
}
