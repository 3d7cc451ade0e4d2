import type { Operation } from "../../fleet/shard/outcome";
import { startRun } from "../../fleet/start-run";
import { listWorkers } from "../../fleet/store/claims";
import { giveUpLost, progressOf } from "../../fleet/store/progress";
import { UsageError } from "../command-error";
import { confirm } from "../confirm";
import { type ExitCode, exitCodes } from "../exit-codes";
import { endingInItsTime } from "../signals";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { ownCommand } from "../text/own-command";
import { type Fleet, withFleet, withQueue } from "./access";
import { type AskedOutput, assertOutput, tellRun } from "./results";
import { waitForRun } from "./wait";

export interface RunOptions extends AskedOutput {
  readonly shard: readonly string[];
  readonly all?: true;
  readonly yes?: true;
  readonly detach?: true;
}

const questions: Partial<Record<Operation, (shards: string) => string>> = {
  up: (shards) => `Bring ${shards} up: write to Pinterest what the plan says?`,
  destroy: (shards) => `End all connections of ${shards} at Pinterest?`,
};

/** `pulumi-pinterest fleet preview | up | drift | destroy` */
export function run(operation: Operation, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  assertOutput(options);
  const asks = questions[operation];
  if (asks !== undefined && !options.yes && !terminal.interactive) {
    throw new UsageError(
      `fleet ${operation} asks before it writes, and there is nobody to ask: add --yes to have it write without`,
    );
  }
  return withFleet(async (fleet) => {
    const which = options.shard.length > 0 ? counted(options.shard.length, "shard") : "the fleet";
    if (asks !== undefined && !options.yes && !(await confirm(asks(which)))) {
      terminal.note("Nothing was written.");
      return exitCodes.ok;
    }
    return withQueue(terminal, async (queue) => {
      // What is as it was needs no engine; who names a shard means it.
      const changedOnly =
        (operation === "up" || operation === "preview") && !options.all && options.shard.length === 0;
      const started = await startRun(fleet.database, queue, {
        operation,
        shards: options.shard,
        changedOnly,
      });
      for (const shard of started.busy) terminal.note(`${shard} is left out: another run has it under way`);
      if (started.runId === undefined || started.shards.length === 0)
        return nothingToDo(started.busy, changedOnly, terminal);
      return follow(started.runId, fleet, options, terminal);
    });
  });
}

function nothingToDo(busy: readonly string[], changedOnly: boolean, terminal: Terminal): ExitCode {
  if (busy.length > 0) return exitCodes.error;
  terminal.note(
    changedOnly
      ? "Nothing has changed since the last update: there is nothing to do (--all looks at every shard)."
      : `There is no shard: \`${ownCommand} fleet plan\` takes a merchant list.`,
  );
  return exitCodes.ok;
}

async function follow(
  runId: string,
  fleet: Fleet,
  options: RunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { database } = fleet;
  if (options.detach) {
    terminal.out(options.json === true ? JSON.stringify({ run: runId }) : runId);
    return exitCodes.ok;
  }
  const { interrupted } = await endingInItsTime((abort) =>
    waitForRun(
      {
        progress: async () => {
          await giveUpLost(database.statements, runId);
          return progressOf(database.statements, runId);
        },
        workers: () => listWorkers(database.statements),
      },
      terminal,
      abort,
    ),
  );
  if (interrupted) {
    terminal.note(
      `The run goes on with its workers: \`${ownCommand} fleet results --run ${runId}\` tells of it.`,
    );
    return exitCodes.interrupted;
  }
  return tellRun(database.statements, runId, options, terminal);
}
