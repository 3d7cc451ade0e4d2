import type { ListForm } from "../../fleet/merchants/entries";
import { readMerchants } from "../../fleet/merchants/merchant";
import { entriesFrom, type ListSource } from "../../fleet/merchants/source";
import { type Plan, plan } from "../../fleet/plan/plan";
import { openUpdates } from "../../fleet/runs";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/counted";
import { listDatabaseUrl, withFleet } from "./access";
import { table } from "./table";

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
    const made = await plan(database, { settings, encryption }, readMerchants(entriesFrom(source)), {
      shrinkLimit: shrinkLimit / 100,
      confirmed: confirmShrink,
      dryRun,
    });
    for (const warning of made.warnings) terminal.note(`warning: ${warning}`);
    for (const { run, operation, shards } of await openUpdates(database.statements)) {
      terminal.note(
        `warning: run ${run} (${operation}) has ${counted(shards, "unfinished shard")}, and will use this list for them. ` +
          `To cancel it, run \`${ownCommand} fleet cancel ${run}\``,
      );
    }
    terminal.out(json ? JSON.stringify({ ...made, dryRun }) : inWords(made, dryRun, terminal));
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

function inWords(made: Plan, dryRun: boolean, terminal: Terminal): string {
  const said = `The list has ${counted(made.merchants, "merchant")}.`;
  if (made.shards.length === 0) return `${said} It changes nothing in the fleet.`;
  const rows = [
    ["shard", ...differences],
    ...made.shards.map((shard) => [
      `${shard.stack}${shard.isNew ? " (new)" : ""}`,
      ...differences.map((name) => figure(shard[name])),
    ]),
    ["all", ...differences.map((name) => figure(made[name]))],
  ];
  const next = dryRun
    ? "Nothing was stored (--dry-run)."
    : `Nothing was written to Pinterest yet. To see what would change there, run \`${ownCommand} fleet preview\`. To deploy, run \`${ownCommand} fleet up\`.`;
  return [said, table(rows, terminal).join("\n"), next].join("\n\n");
}
