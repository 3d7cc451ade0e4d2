import { ownCommand } from "../../provider/api/own-package";
import { exitCodes } from "../exit-codes";

const examples: Readonly<Record<string, readonly string[]>> = {
  init: ["fleet init --shard-size 100", "fleet init --requests-per-second 50"],
  plan: ["fleet plan merchants.csv --dry-run", `fleet plan --command '["./list-merchants"]'`],
  preview: ["fleet preview", "fleet preview --all --json"],
  up: ["fleet up --yes", "fleet up --refresh --yes", "fleet up --shard shard-0003"],
  drift: ["fleet drift --html drift.html", "fleet drift --from-state --json"],
  destroy: ["fleet destroy --shard shard-0003"],
  status: ["fleet status", "fleet status --json"],
  results: [
    "fleet results",
    "fleet results --runs",
    "fleet results --merchant north",
    "fleet results --html drift.html",
  ],
  cancel: ["fleet cancel 8d1f2c1e-6a3b-4c39-9a57-0d6f7a5b9c11"],
  worker: ["fleet worker --parallel 2", "fleet worker --cwd /srv/fleet"],
  move: ["fleet move north south --to shard-0003", "fleet move north --to new"],
  offboard: ["fleet offboard north"],
};

const driftCodes = `; ${exitCodes.drift} drift; ${exitCodes.driftAndErrors} drift and failures`;

/** The end of a subcommand's help: examples and exit codes. */
export function examplesOf(name: string): string {
  const codes = `${exitCodes.ok} success; ${exitCodes.error} something failed; ${exitCodes.usage} a wrong command line; ${exitCodes.interrupted} Ctrl-C`;
  const ofDrift = name === "drift" || name === "results" ? driftCodes : "";
  return [
    "",
    "Examples:",
    ...(examples[name] ?? []).map((example) => `  $ ${ownCommand} ${example}`),
    "",
    `Exit codes: ${name === "worker" ? `${exitCodes.ok} stopped by SIGTERM or Ctrl-C; ${exitCodes.error} the worker could not start; ${exitCodes.usage} a wrong command line` : `${codes}${ofDrift}`}.`,
  ].join("\n");
}
