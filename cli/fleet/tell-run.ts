import { isLook } from "../../fleet/shard/outcome";
import type { Statements } from "../../fleet/store/database";
import { giveUpLost } from "../../fleet/store/progress";
import { readRun } from "../../fleet/store/results";
import type { ExitCode } from "../exit-codes";
import type { Terminal } from "../terminal";
import type { AskedOutput } from "./asked-output";
import { tellDrift } from "./tell-drift";
import { tellUpdate } from "./tell-update";

/** Tells what came of a run, and how the command is to end. */
export async function tellRun(
  statements: Statements,
  runId: string,
  options: AskedOutput,
  terminal: Terminal,
): Promise<ExitCode> {
  await giveUpLost(statements, runId);
  const run = await readRun(statements, runId);
  terminal.note(`Run ${run.id}, ${run.operation}, requested at ${run.requestedAt.toISOString()}`);
  return isLook(run.operation) ? tellDrift(run, options, terminal) : tellUpdate(run, options, terminal);
}
