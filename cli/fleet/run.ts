import type { Operation } from "../../fleet/outcome";
import { type ShardStatus, shardStatuses } from "../../fleet/store/results";
import { cancelRun, startRun } from "../../fleet/store/runs";
import { ownCommand } from "../../provider/base/own-package";
import { counted } from "../../provider/base/words";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes, withFailure } from "../../stack/exit-codes";
import { assertAdoptable } from "../adopt/adopt";
import { assertConfirmable, type CommandIo, confirmWrite } from "../terminal";
import { withFleet, withQueue } from "./access";
import { assertPrintable } from "./print-drift";
import { type WaitOptions, waitAndPrint } from "./wait";

export interface RunOptions extends WaitOptions {
  readonly shard: readonly string[];
  readonly all?: true;
  readonly detach?: true;
  readonly refresh?: true;
  readonly fromState?: true;
}

/** `pulumi-pinterest fleet preview | up | drift | destroy` */
export function runShards(
  command: string,
  options: RunOptions,
  { terminal, environment }: CommandIo,
): Promise<ExitCode> {
  const operation = (options.fromState ? "drift --from-state" : command) as Operation;
  // Fail before the work if a document cannot be written, or the list to edit cannot be read.
  assertPrintable(options);
  const { detach, json, markdown, html, adopt, accept, withdraw, baseline } = options;
  const printing = [markdown, html, adopt, accept, withdraw, baseline];
  if (detach && (typeof json === "string" || printing.some((option) => option !== undefined))) {
    throw new UsageError(
      `--detach cannot be combined with report files, --adopt, --accept, --withdraw and --baseline: use them later with \`${ownCommand} fleet results\``,
    );
  }
  assertAdoptable(options, terminal);
  const writes = operation === "up" || operation === "destroy";
  if (writes) assertConfirmable(`fleet ${operation}`, options.yes, terminal);
  return withFleet(environment, async ({ database }) => {
    if (writes && !options.yes) {
      const question = questionOf(operation, await shardStatuses(database.statements), options);
      if (!(await confirmWrite(question, terminal))) return exitCodes.ok;
    }
    return withQueue({ terminal, environment }, async (queue) => {
      // Unchanged shards need no engine, unless the user names them.
      const changedOnly =
        (operation === "up" || operation === "preview") &&
        !options.all &&
        !options.refresh &&
        options.shard.length === 0;
      const { shard: shards, refresh = false } = options;
      const { runId, busy } = await startRun(database, queue, { operation, shards, refresh, changedOnly });
      for (const shard of busy) {
        terminal.note(`error: skipped ${shard}, because another run has not finished it`);
      }
      if (busy.length > 0)
        terminal.note(
          `\`${ownCommand} fleet results --runs\` lists the runs. To cancel one, run \`${ownCommand} fleet cancel ID\`.`,
        );
      let exitCode: ExitCode = exitCodes.ok;
      if (runId === undefined) {
        if (json === true) terminal.out(JSON.stringify({ run: null, shards: [] }));
        if (busy.length === 0)
          terminal.note(
            changedOnly
              ? `Nothing to do. To ${operation === "up" ? "fix" : "include"} drift, add \`--refresh\`.`
              : `The fleet has no merchants. Store a merchant list with \`${ownCommand} fleet plan\`.`,
          );
      } else if (detach) terminal.out(json ? JSON.stringify({ run: runId }) : runId);
      else
        exitCode = await waitAndPrint({ statements: database.statements, queue, runId, options, terminal });
      // Skipped shards are a failure.
      return busy.length > 0 && exitCode !== exitCodes.interrupted ? withFailure(exitCode) : exitCode;
    });
  });
}

/** The confirmation prompt of an operation that writes. */
export function questionOf(
  operation: "up" | "destroy",
  statuses: readonly ShardStatus[],
  { shard: shards, refresh }: Pick<RunOptions, "shard" | "refresh">,
): string {
  const named = new Set(shards);
  const which = named.size > 0 ? counted(named.size, "shard") : "the fleet";
  const selected = statuses.filter(({ stack }) => named.size === 0 || named.has(stack));
  const sum = (of: (shard: ShardStatus) => number) => selected.reduce((all, shard) => all + of(shard), 0);
  const leaving = sum((shard) => shard.leaving);
  if (operation === "destroy") {
    const all = sum(({ merchants }) => merchants) + leaving;
    return `Delete all integrations of ${which} at Pinterest (${counted(all, "merchant")})?`;
  }
  const deletions = leaving + sum(({ replaced }) => replaced);
  const parts = [
    `create or update ${counted(sum(({ pending }) => pending) - leaving, "merchant")}`,
    ...(deletions > 0 ? [`delete ${counted(deletions, "integration")}`] : []),
    ...(refresh ? ["fix drift"] : []),
  ];
  return `Deploy ${which} (${parts.join(", ")})?`;
}

/** `pulumi-pinterest fleet cancel` */
export function cancel(
  run: string,
  { json }: { readonly json?: true },
  { terminal, environment }: CommandIo,
): Promise<void> {
  return withFleet(environment, ({ database }) =>
    withQueue({ terminal, environment }, async (queue) => {
      const { canceled, running } = await cancelRun(database, queue, run);
      if (json) return terminal.out(JSON.stringify({ canceled, running }));
      if (canceled.length + running.length === 0)
        return terminal.out("Nothing to cancel: the run has ended.");
      const rest = running.length === 0 ? "" : ` In progress, and not canceled: ${running.join(", ")}.`;
      terminal.out(`${counted(canceled.length, "shard")} canceled.${rest}`);
    }),
  );
}
