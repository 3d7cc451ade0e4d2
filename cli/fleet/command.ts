import { Command, Option } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted } from "../help";
import { integerFrom, repeated } from "../options";
import type { CommandIo, Run } from "../terminal";
import type { RunOptions } from "./run";

const codes = `${exitCodes.ok} success; ${exitCodes.error} something failed; ${exitCodes.usage} invalid arguments; ${exitCodes.interrupted} Ctrl-C`;
const driftCodes = `${codes}; ${exitCodes.drift} drift; ${exitCodes.driftAndErrors} drift and failures`;

/** A subcommand with the end of its help. The examples are the arguments after its name. */
function subcommand(
  name: string,
  description: string,
  examples: readonly string[],
  { about = "", exits = codes }: { readonly about?: string; readonly exits?: string } = {},
): Command {
  const lines = examples.map((example) => `  $ ${ownCommand} fleet ${name} ${example}`.trimEnd());
  const after = [about, "", "Examples:", ...lines, "", `Exit codes: ${exits}.`].slice(about === "" ? 1 : 0);
  return new Command(name).description(description).addHelpText("after", fitted(after.join("\n")));
}

const after = `
A fleet deploys a merchant list in shards. A shard is a Pulumi stack, with up to 300 merchants by default. Any number of workers, on any
number of machines, process the shards. PostgreSQL stores the list, the queue and the results. Pulumi's state is in the backend that
PULUMI_BACKEND_URL names, which can be the same server (postgres://…).

Environment: PINTEREST_FLEET_DATABASE is the address of PostgreSQL. PINTEREST_FLEET_PASSPHRASE (default: PULUMI_CONFIG_PASSPHRASE) encrypts
merchants' secrets there. Workers also need what \`pulumi up\` needs: PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, Pinterest's tokens
(for example PINTEREST_ACCOUNT_COMMAND), and the packages: npm install pulumi-pinterest @pulumi/pulumi pg pg-boss.

Examples:
  $ ${ownCommand} fleet init
  $ ${ownCommand} fleet plan merchants.csv
  $ node_modules/.bin/pulumi-pinterest fleet worker --parallel 2 &
  $ ${ownCommand} fleet up --yes
  $ ${ownCommand} fleet drift --html drift.html

Exit codes: ${codes}. For drift also: ${exitCodes.drift} drift; ${exitCodes.driftAndErrors} drift and failures.`;

/** `pulumi-pinterest fleet` */
export function fleetCommand(run: Run): Command {
  return new Command("fleet")
    .description(
      "Deploy and check thousands of merchants. They are divided into shards, which any number of workers process.",
    )
    .addHelpText("after", fitted(after))
    .addCommand(initCommand(run))
    .addCommand(planCommand(run))
    .addCommand(previewCommand(run))
    .addCommand(upCommand(run))
    .addCommand(driftCommand(run))
    .addCommand(destroyCommand(run))
    .addCommand(unmanagedCommand(run))
    .addCommand(statusCommand(run))
    .addCommand(resultsCommand(run))
    .addCommand(metricsCommand(run))
    .addCommand(cancelCommand(run))
    .addCommand(workerCommand(run))
    .addCommand(offboardCommand(run));
}

/** An option whose value is a whole number. */
function number(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser(integerFrom(least, most));
}

const cwd = () =>
  new Option("-C, --cwd <directory>", "directory in which the packages are installed").default(".");
const timeout = () =>
  number("--timeout <minutes>", "longest wait for workers (default: no limit)", 1, 10_000);

function initCommand(run: Run): Command {
  return subcommand(
    "init",
    "Create the fleet's tables and queue, or upgrade them to this version.",
    ["--shard-size 500", "--requests-per-second 50"],
    { about: "\nIf the fleet exists, the command changes only the settings that you give." },
  )
    .addOption(
      number("--shard-size <number>", "number of merchants that fit in a shard (default: 300)", 1, 10_000),
    )
    .option(
      "--project <name>",
      "Pulumi project of the stacks; cannot be changed later (default: pinterest-fleet)",
    )
    .addOption(
      number(
        "--requests-per-second <number>",
        "limit of all workers together; 0 for no limit (default: no limit)",
        0,
        10_000,
      ),
    )
    .addOption(number("--keep-days <number>", "number of days to keep results (default: 90)", 1, 36_500))
    .option(
      "--backend <url>",
      "new state backend, if you moved the states (default: that of the first worker)",
    )
    .option(
      "--api-url <url>",
      "new address of Pinterest's API, if it changed (default: that of the first worker)",
    )
    .option("--json", "print the settings as JSON")
    .action(run(async () => (await import("./init.js")).init));
}

const aboutPlan = `
Each merchant has a unique name, the arguments of a CommerceIntegration, and usually an account. A file has one JSON object on
each line, or is CSV with the names of the arguments in the first line:

  {"name": "north", "account": "north", "externalBusinessId": "shop-1", "connectedTagId": "2613187432"}

Merchants stay in their shard, and new ones go to the emptiest. Updates delete the integrations of merchants that the list omits, and
replace those whose externalBusinessId changed. If these merchants exceed --shrink-limit, the list is refused unless you add --confirm-shrink.`;

function planCommand(run: Run): Command {
  const examples = ["merchants.csv --dry-run", `--command '["./list-merchants"]'`];
  const description = "Store a merchant list for the next update, without writing to Pinterest.";
  return subcommand("plan", description, examples, { about: aboutPlan })
    .argument("[file]", "merchant list (.jsonl or .csv)")
    .option(
      "--command <json>",
      "program that prints the list, with its arguments, as a JSON array of strings",
    )
    .addOption(
      new Option("--format <format>", "format of the list (default: by the file's name; jsonl)").choices([
        "jsonl",
        "csv",
      ]),
    )
    .option("--dry-run", "show what would change, and store nothing")
    .addOption(
      number(
        "--shrink-limit <percent>",
        "percentage of merchants that a list may delete or replace",
        0,
        100,
      ).default(5),
    )
    .option("--confirm-shrink", "accept a list above --shrink-limit")
    .option("--json", "print the plan as JSON")
    .action(run(async () => (await import("./plan.js")).planFleet));
}

/** A command that gives shards to workers. */
function runCommand(command: Command, shards: string, run: Run): Command {
  const shard = new Option("--shard <name>", "a shard; can be repeated")
    .argParser(repeated)
    .default([], shards);
  return command
    .addOption(shard.conflicts("all"))
    .addOption(new Option("--detach", "print the run's ID, and do not wait").conflicts("timeout"))
    .addOption(timeout())
    .action(
      run(async () => {
        const { runShards } = await import("./run.js");
        return (options: RunOptions, io: CommandIo) => runShards(command.name(), options, io);
      }),
    );
}

const json = ["--json", "print the results as JSON"] as const;
const yes = ["-y, --yes", "write to Pinterest without confirmation"] as const;
const all = ["--all", "include shards that the plan has not changed"] as const;

function previewCommand(run: Run): Command {
  const description =
    "Show what an update would do to the shards that the plan has changed, and wait for the workers.";
  return runCommand(subcommand("preview", description, ["", "--all --json"]), "the changed shards", run)
    .option(...all)
    .option("--refresh", "read all shards from Pinterest first, and include drift")
    .option(...json);
}

function upCommand(run: Run): Command {
  const description = "Deploy the shards that the plan has changed, and wait for the workers.";
  const examples = ["--yes", "--refresh --yes", "--shard shard-0003"];
  return runCommand(subcommand("up", description, examples), "the changed shards", run)
    .option(...all)
    .option("--refresh", "read all shards from Pinterest first, and fix drift")
    .option(...yes)
    .option(...json);
}

function driftCommand(run: Run): Command {
  const description = "Report where Pinterest differs from the last update, and wait for the workers.";
  const examples = ["--html drift.html", "--from-state --json", "--adopt merchants.csv"];
  const command = subcommand("drift", description, examples, { exits: driftCodes });
  return withDocuments(runCommand(command, "all shards", run)).option(
    "--from-state",
    "compare with the last update, without running the engine; faster, for hourly checks",
  );
}

function destroyCommand(run: Run): Command {
  const description =
    "Delete all integrations at Pinterest and the shards' stacks, and wait for the workers.";
  return runCommand(subcommand("destroy", description, ["--shard shard-0003"]), "all shards", run)
    .option(...yes)
    .option(...json);
}

function withDocuments(command: Command): Command {
  return command
    .option("--json [file]", "write the results as JSON, to standard output without a file or with -")
    .option("--markdown [file]", "write a drift report as Markdown, for a pull request or a job summary")
    .option("--html <file>", "write a drift report as an HTML page")
    .option(
      "--baseline [file]",
      "compare with a JSON report, or with the last check without a file: mark new drift, list resolved drift",
    )
    .addOption(
      new Option(
        "--new-only",
        "exit with an error only for findings that the baseline does not have; cannot be combined with --adopt",
      ).conflicts("adopt"),
    )
    .option("--accept", "accept the drift that --only names until a day")
    .option("--reason <text>", "why it is accepted")
    .option("--until <day>", "the last day on which it is accepted, such as 2026-12-31")
    .option("--by <name>", "who accepts it (default: the name in Git's configuration, or the user's name)")
    .option("--withdraw", "delete what is accepted for the merchants that --only names")
    .option(
      "--only <change>",
      "the ID of a change in the report (not with --withdraw), or a merchant's name; can be repeated",
      repeated,
    )
    .option(
      "--adopt <list>",
      "write Pinterest's values into this merchant list (.csv, .jsonl or .json); the exit code is that of the check before",
    )
    .option("-y, --yes", "adopt without confirmation");
}

const aboutUnmanaged = `
It lists all integrations of the accounts in the merchant list, with at least one request for each account, and compares them with the list. It
needs the tokens of a worker. Another stack or fleet may manage the integrations that it prints.`;

function unmanagedCommand(run: Run): Command {
  const description = "List integrations of the fleet's accounts that the fleet does not manage.";
  return subcommand("unmanaged", description, ["", "--json"], { about: aboutUnmanaged })
    .addOption(cwd())
    .option("--json", "print {managed, unmanaged, unlisted} as JSON")
    .action(run(async () => (await import("./unmanaged.js")).listUnmanaged));
}

function statusCommand(run: Run): Command {
  const description = "Show the shards: merchants, pending changes, last run and worker.";
  return subcommand("status", description, ["", "--json"])
    .option("--json", "print the status as JSON")
    .action(run(async () => (await import("./results.js")).status));
}

function resultsCommand(run: Run): Command {
  const ofOneRun = ["run", "wait", "markdown", "html", "adopt", "baseline", "accept", "withdraw"];
  const examples = [
    "",
    "--runs",
    "--wait",
    "--merchant north",
    "--html drift.html",
    '--accept --only 3f2a91c0 --reason "Test of a new tag" --until 2026-12-31',
  ];
  const description = "Show the results of a run by merchant.";
  return withDocuments(subcommand("results", description, examples, { exits: driftCodes }))
    .option("--run <id>", "ID of the run (default: the last run)")
    .option("--wait", "wait for the workers if the run has not ended")
    .addOption(timeout().implies({ wait: true }))
    .addOption(new Option("--runs", "list the runs, the newest first").conflicts([...ofOneRun, "merchant"]))
    .addOption(
      new Option("--merchant <name>", "show the results of one merchant in all runs").conflicts(ofOneRun),
    )
    .action(run(async () => (await import("./results.js")).results));
}

const aboutMetrics = `
The format is OpenMetrics. All metrics are gauges: merchants by the status of their last drift check, pending merchants, shards by state, and the
last run of each operation. No label has the name of a merchant. The command only reads the fleet's tables.

The file is replaced atomically. For the textfile collector of Prometheus' node_exporter, give it the ending .prom, and run the
command every minute.`;

function metricsCommand(run: Run): Command {
  const examples = ["", "--file /var/lib/node_exporter/pinterest.prom"];
  const description = "Write metrics of the last checks and runs for a monitoring system.";
  return subcommand("metrics", description, examples, { about: aboutMetrics })
    .option("--file <path>", "write the metrics to this file (default: standard output)")
    .action(run(async () => (await import("./metrics.js")).metrics));
}

function cancelCommand(run: Run): Command {
  const examples = ["8d1f2c1e-6a3b-4c39-9a57-0d6f7a5b9c11"];
  return subcommand("cancel", "Cancel the shards of a run that have not started.", examples)
    .argument("<run>", "ID of the run, from --detach, status or results --runs")
    .option("--json", "print {canceled, running} as JSON")
    .action(run(async () => (await import("./run.js")).cancel));
}

const aboutWorker = `
A worker processes one shard at a time, or --parallel shards. For each, it runs Pulumi's engine, which needs 900 MB of memory. Two
workers never have the same shard.

After SIGTERM or Ctrl-C, engines finish their current requests, and other workers continue. If a worker dies, its engine is killed too, and
another worker unlocks the stack and continues within a minute. For a service, start
node_modules/.bin/pulumi-pinterest, because \`npx\` does not forward SIGTERM.`;

const workerCodes = `${exitCodes.ok} stopped by SIGTERM or Ctrl-C; ${exitCodes.error} the worker could not start, or the fleet or its settings have changed; ${exitCodes.usage} invalid arguments`;

function workerCommand(run: Run): Command {
  const examples = ["--parallel 2", "--cwd /srv/fleet"];
  const help = { about: aboutWorker, exits: workerCodes };
  return subcommand("worker", "Process the fleet's shards until you stop the worker.", examples, help)
    .addOption(cwd())
    .addOption(number("-p, --parallel <number>", "number of shards at a time", 1, 64).default(1))
    .action(run(async () => (await import("./work.js")).work));
}

const aboutOffboard = `
Use it if a merchant revoked your access, so that you cannot delete the integration:

  1. Renew the token, and check it with \`${ownCommand} doctor --account NAME\`: Pinterest gives the same response for expired and wrong tokens.
  2. Remove the merchant from the merchant list, and run \`${ownCommand} fleet plan\`.
  3. Run \`${ownCommand} fleet offboard\`.

The command removes the merchant from state, and erases its data in the fleet's tables, in results, and in earlier states of its shard. It erases
earlier states in PostgreSQL and directories; for other backends, it prints what to delete. It refuses merchants whose access is not revoked. It
needs the environment of a worker.`;

function offboardCommand(run: Run): Command {
  const description = "Erase merchants who revoked your access, and print what stays at Pinterest.";
  return subcommand("offboard", description, ["north"], { about: aboutOffboard })
    .argument("<merchant...>", "names of the merchants")
    .addOption(cwd())
    .option("-y, --yes", "erase without confirmation")
    .addOption(timeout())
    .option("--force", "also erase merchants whose access is not revoked; their integrations stay, unmanaged")
    .option("--json", "print {offboarded} as JSON")
    .action(run(async () => (await import("./offboard.js")).offboardMerchants));
}
