import type { ListForm } from "../../fleet/merchants/entries";
import { readMerchants } from "../../fleet/merchants/merchant";
import { entriesFrom, type ListSource } from "../../fleet/merchants/source";
import { type Plan, plan } from "../../fleet/plan/plan";
import { listRuns } from "../../fleet/store/results";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/words";
import { listDatabaseUrl, withFleet } from "./access";
import { table } from "./print-run";

export interface PlanCommandOptions {
  readonly command?: string;
  readonly query?: string;
  readonly format?: ListForm;
  readonly dryRun?: true;
  /** In percent. */
  readonly shrinkLimit: number;
  readonly confirmShrink?: true;
  readonly json?: true;
}

/** `pulumi-pinterest fleet plan` */
export function planFleet(
  file: string | undefined,
  options: PlanCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const source = sourceOf(file, options);
  const { shrinkLimit, confirmShrink = false, dryRun = false, json } = options;
  return withFleet(async ({ database, settings, encryption }) => {
    const planned = await plan(database, { settings, encryption }, readMerchants(entriesFrom(source)), {
      shrinkLimit: shrinkLimit / 100,
      confirmed: confirmShrink,
      dryRun,
    });
    for (const warning of planned.warnings) terminal.note(`warning: ${warning}`);
    for (const { run, operation, open } of await listRuns(database.statements)) {
      if (open === 0 || (operation !== "up" && operation !== "destroy")) continue;
      terminal.note(
        `warning: run ${run} (${operation}) has ${counted(open, "unfinished shard")}, and will use this list for them. ` +
          `To cancel it, run \`${ownCommand} fleet cancel ${run}\``,
      );
    }
    terminal.out(json ? JSON.stringify({ ...planned, dryRun }) : inWords(planned, dryRun, terminal));
  });
}

function sourceOf(
  file: string | undefined,
  { command, query, format: form }: PlanCommandOptions,
): ListSource {
  const given = [file, command, query].filter((source) => source !== undefined);
  if (given.length !== 1) {
    throw new UsageError("select one merchant list: a file, --command or --query");
  }
  if (file !== undefined) return { kind: "file", path: file, form };
  if (command !== undefined) return { kind: "command", command: programOf(command), form };
  if (form !== undefined) throw new UsageError("--format cannot be combined with --query");
  return { kind: "query", database: listDatabaseUrl(process.env), query: query as string };
}

function programOf(text: string): [string, ...string[]] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every((part) => typeof part === "string")) {
    throw new UsageError(
      `--command must be a JSON array of strings: the program and its arguments, such as '["./list-merchants", "--all"]'. It runs without a shell`,
    );
  }
  return value as [string, ...string[]];
}

const differences = ["added", "changed", "replaced", "renamed", "returned", "leaving"] as const;

function inWords(planned: Plan, dryRun: boolean, terminal: Terminal): string {
  const total = `The list has ${counted(planned.merchants, "merchant")}.`;
  if (planned.shards.length === 0) return `${total} It changes nothing in the fleet.`;
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
