import type { Entry, ListFormat } from "../../fleet/merchants/entries";
import { readMerchants } from "../../fleet/merchants/merchant";
import { commandEntries, fileEntries } from "../../fleet/merchants/source";
import { differences, type Plan, plan } from "../../fleet/plan/plan";
import { listRuns } from "../../fleet/store/results";
import { parseIfJson } from "../../provider/base/json";
import { ownCommand } from "../../provider/base/own-package";
import { counted, figure } from "../../provider/base/words";
import { programAndArguments } from "../../provider/config";
import { UsageError } from "../../stack/command-error";
import { sharedMerchant } from "../preflight/preflight";
import type { CommandIo, Terminal } from "../terminal";
import { withFleet } from "./access";
import { table } from "./print-run";

interface PlanCommandOptions {
  readonly command?: string;
  readonly format?: ListFormat;
  readonly dryRun?: true;
  /** A whole number, in percent. */
  readonly shrinkLimit: number;
  readonly confirmShrink?: true;
  readonly json?: true;
}

/** `pulumi-pinterest fleet plan` */
export function planFleet(
  file: string | undefined,
  options: PlanCommandOptions,
  { terminal, environment }: CommandIo,
): Promise<void> {
  const entries = entriesOf(file, options);
  const { shrinkLimit, confirmShrink = false, dryRun = false, json } = options;
  return withFleet(environment, async ({ database, settings, encryption }) => {
    const planned = await plan(database, { settings, encryption }, readMerchants(entries), {
      shrinkLimitPercent: shrinkLimit,
      confirmed: confirmShrink,
      dryRun,
    });
    for (const { run, operation, open } of await listRuns(database.statements)) {
      if (open === 0 || (operation !== "up" && operation !== "destroy")) continue;
      terminal.note(
        `warning: run ${run} (${operation}) has ${counted(open, "unfinished shard")}, and will use this list for them. ` +
          `To cancel it, run \`${ownCommand} fleet cancel ${run}\``,
      );
    }
    for (const { merchantId, names } of planned.sharedMerchants) {
      const { summary, remedy } = sharedMerchant(merchantId, names);
      terminal.note(`warning: ${summary}. ${remedy}`);
    }
    terminal.out(json ? JSON.stringify({ ...planned, dryRun }) : planInWords(planned, dryRun, terminal));
  });
}

function entriesOf(file: string | undefined, { command, format }: PlanCommandOptions): AsyncIterable<Entry> {
  if (file !== undefined && command === undefined) return fileEntries(file, format);
  if (file !== undefined || command === undefined)
    throw new UsageError("select one merchant list: a file or --command");
  const { data } = programAndArguments().safeParse(parseIfJson(command));
  if (data !== undefined) return commandEntries(data, format);
  throw new UsageError(
    `--command must be a JSON array of strings: the program and its arguments, such as '["./list-merchants", "--all"]'. It runs without a shell`,
  );
}

function planInWords(planned: Plan, dryRun: boolean, terminal: Terminal): string {
  const total = `The list has ${counted(planned.merchants, "merchant")}.`;
  const { pending } = planned;
  if (planned.shards.length === 0)
    return pending === 0
      ? `${total} It changes nothing, and all changes are deployed.`
      : `${total} It changes nothing, but ${counted(pending, "merchant")} ${pending === 1 ? "is" : "are"} still pending. To deploy, run \`${ownCommand} fleet up\`.`;
  const rows = [
    ["shard", ...differences],
    ...planned.shards.map((shard) => [
      `${shard.stack}${shard.isNew ? " (new)" : ""}`,
      ...differences.map((name) => figure(shard[name])),
    ]),
    ["all", ...differences.map((name) => figure(planned[name]))],
  ];
  const next = dryRun
    ? "Nothing was stored (--dry-run)."
    : `Nothing was written to Pinterest yet. To see what would change there, run \`${ownCommand} fleet preview\`. To deploy, run \`${ownCommand} fleet up\`.`;
  return [total, table(rows, terminal).join("\n"), next].join("\n\n");
}
