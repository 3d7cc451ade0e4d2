import { isDriftCheck } from "../../fleet/shard/outcome";
import type { Statements } from "../../fleet/store/database";
import { giveUpLost } from "../../fleet/store/progress";
import { readRun } from "../../fleet/store/results";
import type { ExitCode } from "../exit-codes";
import type { Terminal } from "../terminal";
import type { AskedOutput } from "./asked-output";
import { printDrift } from "./print-drift";
import { printUpdate } from "./print-update";

/** Prints the results of a run, and returns the exit code. */
export async function printRun(
  statements: Statements,
  runId: string,
  options: AskedOutput,
  terminal: Terminal,
): Promise<ExitCode> {
  await giveUpLost(statements, runId);
  const run = await readRun(statements, runId);
  terminal.note(`Run ${run.id}, ${run.operation}, requested at ${run.requestedAt.toISOString()}`);
  return isDriftCheck(run.operation)
    ? printDrift(run, options, terminal)
    : printUpdate(run, options, terminal);
}
