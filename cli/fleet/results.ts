import { FleetError } from "../../fleet/fleet-error";
import { statusInWords } from "../../fleet/shard/outcome";
import type { Statements } from "../../fleet/store/database";
import { lastRun } from "../../fleet/store/results";
import { historyOf } from "../../fleet/store/status";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { withFleet } from "./access";
import { type AskedOutput, assertOutput, printRun } from "./print-run";
import { printRuns } from "./runs";
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
  const isAboutRun = [run, markdown, html].some((given) => given !== undefined);
  if (merchant !== undefined && (isAboutRun || typeof options.json === "string")) {
    throw new UsageError(
      "--merchant prints a table, or JSON with --json. It cannot be combined with other forms",
    );
  }
  if (runs && (isAboutRun || merchant !== undefined || typeof options.json === "string")) {
    throw new UsageError(
      "--runs prints a table, or JSON with --json. It cannot be combined with other forms",
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
