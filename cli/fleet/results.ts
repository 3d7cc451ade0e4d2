import { FleetError } from "../../fleet/fleet-error";
import { statusInWords } from "../../fleet/shard/outcome";
import type { Statements } from "../../fleet/store/database";
import { historyOf, lastRun, listRuns, type RunSummary } from "../../fleet/store/results";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/words";
import { withFleet } from "./access";
import { type AskedOutput, assertOutput, printRun } from "./print-run";
import { detail, table } from "./table";

export interface ResultsOptions extends AskedOutput {
  readonly run?: string;
  /** Show the results of this merchant in all runs. */
  readonly merchant?: string;
  /** List the runs. */
  readonly runs?: true;
}

/** `pulumi-pinterest fleet results` */
export function results(options: ResultsOptions, terminal: Terminal): Promise<ExitCode> {
  assertOutput(options);
  const { merchant, run, runs, markdown, html } = options;
  const selected = runs ? "--runs" : merchant === undefined ? undefined : "--merchant";
  const isAboutRun = [run, markdown, html, runs && merchant].some((given) => given !== undefined);
  if (selected !== undefined && (isAboutRun || typeof options.json === "string")) {
    throw new UsageError(
      `${selected} prints a table, or JSON with --json. It cannot be combined with other forms`,
    );
  }
  return withFleet(async ({ database: { statements } }) => {
    if (runs) {
      await printRuns(statements, options.json === true, terminal);
      return exitCodes.ok;
    }
    if (options.merchant !== undefined) return printHistory(statements, options.merchant, options, terminal);
    const runId = options.run ?? (await lastRun(statements));
    if (runId === undefined)
      throw new FleetError(`the fleet has no runs yet: deploy the plan with \`${ownCommand} fleet up\``);
    return printRun(statements, runId, options, terminal);
  });
}

async function printHistory(
  statements: Statements,
  merchant: string,
  { json }: AskedOutput,
  terminal: Terminal,
): Promise<ExitCode> {
  const history = await historyOf(statements, merchant);
  if (json === true) terminal.out(JSON.stringify(history));
  else if (history.length === 0) terminal.out(`No run has results of a merchant '${merchant}'.`);
  else {
    const rows = history.map((entry) => [
      entry.at.toISOString(),
      entry.operation,
      statusInWords(entry.status),
      detail(entry),
    ]);
    terminal.out(table(rows, terminal).join("\n"));
  }
  return exitCodes.ok;
}

/** Number of runs in the table. */
const shownAtMost = 50;

/** Prints the list of runs. */
async function printRuns(statements: Statements, asJson: boolean, terminal: Terminal): Promise<void> {
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
