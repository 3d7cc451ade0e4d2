import type { RunResult, ShardResult } from "../../fleet/store/results";
import { ownCommand } from "../../provider/api/own-package";
import { environmentVariable } from "../../provider/config/keys";
import type { MerchantReport, StackReport } from "../check/report";
import { driftReportOf } from "../check/report";
import { publish } from "../drift/documents";
import { requestedDocuments } from "../drift/options";
import type { Source } from "../drift/source";
import type { ExitCode } from "../exit-codes";
import type { Terminal } from "../terminal";
import type { AskedOutput } from "./asked-output";
import { stateWords } from "./state-words";

/** The words for a fleet's merchant list, and the commands that use it. */
const ofFleet: Source = {
  noun: "merchant list",
  nouns: "merchant list",
  item: "merchant",
  fix: () => `${ownCommand} fleet up --refresh`,
  deploy: () => `${ownCommand} fleet up`,
  checkCommand: "pulumi-pinterest fleet drift",
  compareSecrets: `\`${environmentVariable("compareSecrets")}=true\` in the environment of the workers`,
  afterRevocation:
    "Expired and wrong tokens look the same, so renew the token first. If a merchant has left for good, remove it from the merchant list, " +
    `run \`${ownCommand} fleet plan\`, then \`${ownCommand} fleet offboard\` with its name.`,
};

/** Prints a fleet's drift check like that of single stacks: with the same tables, documents and exit codes. */
export function printDrift(run: RunResult, options: AskedOutput, terminal: Terminal): ExitCode {
  const stacks = run.shards.map(
    ({ stack, report, merchants, ...shard }): StackReport => ({
      project: run.project,
      stack,
      directory: ".",
      ...(report as Partial<StackReport> | null),
      merchants: merchants.flatMap((merchant) => (merchant.report as MerchantReport | null) ?? []),
      errors: errorsOf(shard),
    }),
  );
  const report = driftReportOf(stacks, endOf(run));
  return publish(report, requestedDocuments(options), terminal, ofFleet);
}

/** Reports a shard whose check did not finish. */
function errorsOf({ state, errors }: Pick<ShardResult, "state" | "errors">): string[] {
  if (state === "done" || (state === "failed" && errors.length > 0)) return [...errors];
  return [...errors, `the shard ${stateWords[state]}`];
}

/** The time of the last result, because a check can be printed later. */
function endOf({ shards, requestedAt }: RunResult): Date {
  const ends = shards.flatMap(({ endedAt }) => endedAt ?? []);
  return new Date(Math.max(requestedAt.getTime(), ...ends.map((end) => end.getTime())));
}
