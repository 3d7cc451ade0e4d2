import type { Statements } from "../../fleet/store/database";
import { listRuns, type RunSummary } from "../../fleet/store/results";
import type { Terminal } from "../terminal";
import { figure } from "../text/counted";
import { table } from "./table";

/** Tells which runs there are. */
export async function tellRuns(statements: Statements, asJson: boolean, terminal: Terminal): Promise<void> {
  const runs = await listRuns(statements);
  if (asJson) terminal.out(JSON.stringify(runs));
  else if (runs.length === 0) terminal.out("Nothing was run yet.");
  else terminal.out(inWords(runs, terminal));
}

function inWords(runs: readonly RunSummary[], terminal: Terminal): string {
  const rows = [
    ["run", "asked for", "operation", "shards", "done", "failed", "cancelled"],
    ...runs.map(({ run, requestedAt, operation, shards, done, failed, cancelled }) => [
      run,
      requestedAt.toISOString(),
      operation,
      ...[shards, done, failed, cancelled].map(figure),
    ]),
  ];
  return table(rows, terminal).join("\n");
}
