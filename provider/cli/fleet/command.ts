import { Command, Option } from "commander";
import type { Operation } from "../../fleet/shard/outcome";
import { ownCommand } from "../../own-command";
import { runByFleetVariable } from "../../pinterest/run-by-fleet";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { integerFrom, repeated } from "../option-values";
import { examplesOf } from "./examples";
import type { InitOptions } from "./init";
import type { MoveCommandOptions } from "./move";
import type { OffboardCommandOptions } from "./offboard";
import type { PlanCommandOptions } from "./plan";
import type { ResultsOptions } from "./results";
import type { RunOptions } from "./run";
import type { WorkerCommandOptions } from "./work";

const after = `
A fleet is a list of merchants in shards: stacks of some hundred merchants each, which any number of workers bring up and look at, on
any number of machines. Who is in which shard, what was found, and whose turn it is stand in PostgreSQL; Pulumi's state is where
PULUMI_BACKEND_URL says, which may be the same server (postgres://…).

Environment: PINTEREST_FLEET_DATABASE is the address of PostgreSQL, PINTEREST_FLEET_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE) seals what is
secret of merchants there. Workers need what \`pulumi up\` needs: PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, Pinterest's tokens
(PINTEREST_ACCOUNT_COMMAND, …), and the packages: npm install pulumi-pinterest @pulumi/pulumi pg pg-boss

Examples:
  $ ${ownCommand} fleet init --shard-size 100
  $ ${ownCommand} fleet plan merchants.csv
  $ node_modules/.bin/pulumi-pinterest fleet worker --parallel 2 &
  $ ${ownCommand} fleet up --yes
  $ ${ownCommand} fleet drift --html drift.html

Exit codes: ${exitCodes.ok} fine, ${exitCodes.error} something failed, ${exitCodes.usage} a wrong command line, ${exitCodes.interrupted} Ctrl-C; drift ends with ${exitCodes.drift} where something
drifted, and with ${exitCodes.driftAndErrors} where something failed too.`;

/** `pulumi-pinterest fleet` */
export function fleetCommand(context: CommandContext): Command {
  const command = new Command("fleet")
    .description("Brings thousands of merchants up, and looks at them, in shards that workers share.")
    .addHelpText("after", after)
    .addCommand(initCommand(context))
    .addCommand(planCommand(context))
    .addCommand(
      runCommand(
        "preview",
        "Shows what an update would do to the shards that the plan has changed.",
        context,
      ),
    )
    .addCommand(runCommand("up", "Brings the shards that the plan has changed to Pinterest.", context))
    .addCommand(runCommand("drift", "Report where Pinterest differs from the last update.", context))
    .addCommand(runCommand("destroy", "Ends all connections, and the stacks of the shards.", context))
    .addCommand(statusCommand(context))
    .addCommand(resultsCommand(context))
    .addCommand(cancelCommand(context))
    .addCommand(workerCommand(context))
    .addCommand(moveCommand(context))
    .addCommand(offboardCommand(context));
  // Looks without an engine are in this process, and their messages name a merchant list too.
  command.hook("preAction", () => {
    process.env[runByFleetVariable] = "true";
  });
  for (const child of command.commands) child.addHelpText("after", examplesOf(child.name()));
  return command;
}

const aboutInit = `
Of a fleet that is there already it changes what is given, and leaves the rest.`;

function initCommand({ terminal }: CommandContext): Command {
  return new Command("init")
    .description("Makes the fleet's tables and its queue, or brings them to this version.")
    .addOption(
      new Option(
        "--shard-size <number>",
        "how many merchants a shard takes before another one is made (default: 100)",
      ).argParser(integerFrom(1, 10_000)),
    )
    .option(
      "--project <name>",
      "the Pulumi project of the shards' stacks; it stays (default: pinterest-fleet)",
    )
    .addOption(
      new Option(
        "--requests-per-second <number>",
        "as many requests go to Pinterest from all workers together; 0 for no cap (default: no cap)",
      ).argParser(integerFrom(0, 10_000)),
    )
    .addOption(
      new Option("--keep-days <number>", "how long results are kept (default: 90)").argParser(
        integerFrom(1, 36_500),
      ),
    )
    .option(
      "--backend <url>",
      "where the states are by now, when they have moved (default: what the first worker has)",
    )
    .option("--json", "print the settings as JSON")
    .addHelpText("after", aboutInit)
    .action(async (options: InitOptions) => {
      const { init } = await import("./init.js");
      await init(options, terminal);
    });
}

const aboutPlan = `
The list is what the fleet is to be: each merchant has a name that stays, the arguments of a CommerceIntegration, and as a rule an account.
A file is one JSON object a line, or CSV with the arguments' names in its first line:

  {"name": "north", "account": "north", "externalBusinessId": "shop-1", "connectedTagId": "2613187432"}

A merchant stays in its shard, and one that is new goes to the emptiest. Who is not in the list any more is ended by the next update; a list
that lacks more of the fleet than --shrink-limit is refused unless --confirm-shrink says that it is meant.`;

function planCommand({ terminal }: CommandContext): Command {
  return new Command("plan")
    .description("Takes a merchant list for what the fleet is to be; nothing is written to Pinterest.")
    .argument("[file]", "the list: .jsonl or .csv")
    .option(
      "--command <json>",
      "a program that prints the list, with its arguments, as a list of texts in JSON",
    )
    .option(
      "--query <sql>",
      "a query whose rows are the list, at PINTEREST_FLEET_LIST_DATABASE, or else in the fleet's database",
    )
    .addOption(
      new Option("--format <form>", "of a file or a command (default: by the file's name; jsonl)").choices([
        "jsonl",
        "csv",
      ]),
    )
    .option("--dry-run", "tell what it would change, and keep nothing")
    .addOption(
      new Option("--shrink-limit <percent>", "as many of the fleet's merchants may leave at once")
        .argParser(integerFrom(0, 100))
        .default(5),
    )
    .option("--confirm-shrink", "that more may leave")
    .option("--json", "print the plan as JSON")
    .addHelpText("after", aboutPlan)
    .action(async (file: string | undefined, options: PlanCommandOptions) => {
      const { planFleet } = await import("./plan.js");
      await planFleet(file, options, terminal);
    });
}

function runCommand(operation: Operation, description: string, { terminal, end }: CommandContext): Command {
  const command = new Command(operation)
    .description(`${description} Waits for the workers.`)
    .addOption(
      new Option("--shard <name>", "a shard; may be repeated")
        .argParser(repeated)
        .default([], "all that it is about"),
    )
    .option("--detach", "print the run's number, and do not wait");
  if (operation === "up" || operation === "preview") {
    command
      .option("--all", "also the shards that the plan has not changed")
      .option(
        "--refresh",
        "look at Pinterest first, in all shards, and put right what differs from the plan",
      );
  }
  if (operation === "up" || operation === "destroy") command.option("-y, --yes", "write without asking");
  if (operation === "drift") {
    command.option(
      "--from-state",
      "compare with what was brought up, without a run of the engine: for the hourly check",
    );
    withDocuments(command);
  } else command.option("--json", "print the results as JSON");
  return command.action(async (options: RunOptions) => {
    const { run } = await import("./run.js");
    end(await run(operation === "drift" && options.fromState ? "sweep" : operation, options, terminal));
  });
}

function withDocuments(command: Command): Command {
  return command
    .option("--json [file]", "the results as JSON, to standard output without a file or with -")
    .option("--markdown [file]", "a look as Markdown, for a pull request or a job's summary")
    .option("--html <file>", "a look as a page to keep or to send");
}

function statusCommand({ terminal }: CommandContext): Command {
  return new Command("status")
    .description("Shows the shards: how many merchants, what is to be brought up, who is at work.")
    .option("--json", "print it as JSON")
    .action(async (options: { json?: true }) => {
      const { status } = await import("./status.js");
      await status(options, terminal);
    });
}

function resultsCommand({ terminal, end }: CommandContext): Command {
  return withDocuments(
    new Command("results")
      .description("Tells what came of a run, merchant by merchant.")
      .option("--run <id>", "the run (default: the last one)")
      .option("--runs", "which runs there are, the newest first")
      .option("--merchant <name>", "what all runs found of one merchant"),
  ).action(async (options: ResultsOptions) => {
    const { results } = await import("./results.js");
    end(await results(options, terminal));
  });
}

function cancelCommand({ terminal }: CommandContext): Command {
  return new Command("cancel")
    .description("Takes the shards of a run back that no worker has begun with.")
    .argument("<run>", "the run, as --detach, status and results --runs name it")
    .option("--json", "print {cancelled, underWay}")
    .action(async (run: string, options: { json?: true }) => {
      const { cancel } = await import("./cancel.js");
      await cancel(run, options, terminal);
    });
}

const aboutWorker = `
It takes a shard at a time (or --parallel of them) and runs Pulumi's engine for it, each with some 0.6 GB of memory. One worker at most has a
shard. SIGTERM or Ctrl-C ends it in its own time: engines finish what is under way, and their shards go to another worker. Where a worker
dies, its engine is killed with it, and half a minute later another worker unlocks the stack and goes on. As a service, start it as
node_modules/.bin/pulumi-pinterest: \`npx\` hands a SIGTERM on to nobody.`;

function workerCommand({ terminal }: CommandContext): Command {
  return new Command("worker")
    .description("Works through the fleet's shards until it is ended.")
    .option("-C, --cwd <directory>", "where the packages are installed", ".")
    .addOption(
      new Option("-p, --parallel <number>", "how many shards at the same time")
        .argParser(integerFrom(1, 64))
        .default(1),
    )
    .addHelpText("after", aboutWorker)
    .action(async (options: WorkerCommandOptions) => {
      const { work } = await import("./work.js");
      await work(options, terminal);
    });
}

const aboutMove = `
The merchants' integrations go from one state to the other by Pulumi's own \`state move\`: nothing is asked of Pinterest, and no connection is
touched. Workers leave both shards alone meanwhile. Where it is cut short, the same command brings it to its end. It wants PULUMI_BACKEND_URL
and PULUMI_CONFIG_PASSPHRASE as a worker does.`;

function moveCommand({ terminal, end }: CommandContext): Command {
  return new Command("move")
    .description("Moves merchants to another shard; their connections stay as they are.")
    .argument("<merchant...>", "their names")
    .option("--to <shard>", "the shard, or new for another one; has to be given")
    .option("-C, --cwd <directory>", "where the packages are installed", ".")
    .option("--json", "print {moved}")
    .addHelpText("after", aboutMove)
    .action(async (merchants: string[], options: MoveCommandOptions) => {
      const { moveMerchants } = await import("./move.js");
      end(await moveMerchants(merchants, options, terminal));
    });
}

const aboutOffboard = `
For merchants whose tokens are revoked, so that nobody can end their connections from here: takes them out of state, and erases all that is
kept of them in the fleet's tables, in results, and in the shard's earlier states (PostgreSQL and directories; of other backends it says what
to delete). Who can still be asked is refused; take them out of the merchant list instead. It wants the environment of a worker.`;

function offboardCommand({ terminal, end }: CommandContext): Command {
  return new Command("offboard")
    .description("Forgets merchants whose tokens are revoked, and says what stays at Pinterest.")
    .argument("<merchant...>", "their names")
    .option("-C, --cwd <directory>", "where the packages are installed", ".")
    .option("-y, --yes", "forget without asking")
    .option("--force", "also who can still be asked: the connections stay, managed by nobody")
    .option("--json", "print {offboarded}")
    .addHelpText("after", aboutOffboard)
    .action(async (merchants: string[], options: OffboardCommandOptions) => {
      const { offboardMerchants } = await import("./offboard.js");
      end(await offboardMerchants(merchants, options, terminal));
    });
}
