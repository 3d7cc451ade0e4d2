import { FleetError } from "../../fleet/fleet-error";
import { isLook } from "../../fleet/shard/outcome";
import type { Statements } from "../../fleet/store/database";
import { giveUpLost } from "../../fleet/store/progress";
import { lastRun, type MerchantResult, type RunResult, readRun } from "../../fleet/store/results";
import { historyOf } from "../../fleet/store/status";
import type { MerchantReport, StackReport } from "../../look/report";
import { UsageError } from "../command-error";
import { assertWritable, print, writeFiles } from "../drift/documents";
import { askedDocuments, type DriftOptions } from "../drift/options";
import { driftReportOf } from "../drift/summary";
import { type ExitCode, exitCodes, withFailure } from "../exit-codes";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/counted";
import { ownCommand } from "../text/own-command";
import { withFleet } from "./access";
import { table } from "./table";

/** Where a result is to go. */
export interface AskedOutput {
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly html?: string;
}

export interface ResultsOptions extends AskedOutput {
  readonly run?: string;
  /** In place of a run: what all runs found of one merchant. */
  readonly merchant?: string;
}

/** `pulumi-pinterest fleet results` */
export function results(options: ResultsOptions, terminal: Terminal): Promise<ExitCode> {
  assertOutput(options);
  const { merchant, run, markdown, html } = options;
  const isAboutRun = [run, markdown, html].some((given) => given !== undefined);
  if (merchant !== undefined && (isAboutRun || typeof options.json === "string")) {
    throw new UsageError("--merchant tells of one merchant in all runs: as a table, or with --json alone");
  }
  return withFleet(async ({ database: { statements } }) => {
    if (options.merchant !== undefined) return tellHistory(statements, options.merchant, options, terminal);
    const runId = options.run ?? (await lastRun(statements));
    if (runId === undefined)
      throw new FleetError(`nothing was run yet: \`${ownCommand} fleet up\` is what comes after a plan`);
    return tellRun(statements, runId, options, terminal);
  });
}

async function tellHistory(
  statements: Statements,
  merchant: string,
  { json }: AskedOutput,
  terminal: Terminal,
): Promise<ExitCode> {
  const history = await historyOf(statements, merchant);
  if (json === true) terminal.out(JSON.stringify(history));
  else if (history.length === 0) terminal.out(`No run has met a merchant '${merchant}'.`);
  else {
    const rows = history.map((entry) => [
      entry.at.toISOString(),
      entry.operation,
      entry.status,
      detail(entry),
    ]);
    terminal.out(table(rows, terminal).join("\n"));
  }
  return exitCodes.ok;
}

/** @throws UsageError where documents contradict each other, or cannot be written. */
export function assertOutput(options: AskedOutput): void {
  assertWritable(askedDocuments(asDrift(options)));
}

/** Tells what came of a run, and how the command is to end. */
export async function tellRun(
  statements: Statements,
  runId: string,
  options: AskedOutput,
  terminal: Terminal,
): Promise<ExitCode> {
  await giveUpLost(statements, runId);
  const run = await readRun(statements, runId);
  return isLook(run.operation) ? tellDrift(run, options, terminal) : tellUpdate(run, options, terminal);
}

/** A look at a fleet is told as one at any stacks is: by the same tables, documents and exit codes. */
function tellDrift(run: RunResult, options: AskedOutput, terminal: Terminal): ExitCode {
  const stacks = run.shards.map(
    ({ stack, state, errors, report, merchants }): StackReport => ({
      project: run.project,
      stack,
      directory: ".",
      ...(report as Partial<StackReport> | null),
      merchants: merchants.flatMap((merchant) => (merchant.report as MerchantReport | null) ?? []),
      errors: state === "done" || errors.length > 0 ? [...errors] : [`the shard is ${state}`],
    }),
  );
  const report = driftReportOf(stacks, endOf(run));
  const documents = askedDocuments(asDrift(options));
  const unwritten = writeFiles(report, documents);
  print(report, documents, terminal);
  for (const message of unwritten) terminal.note(`error: ${message}`);
  const exitCode = report.exitCode as ExitCode;
  return unwritten.length > 0 ? withFailure(exitCode) : exitCode;
}

/** When the last of a look was known; a look that is told later is not of today. */
function endOf({ shards, requestedAt }: RunResult): Date {
  const ends = shards.flatMap(({ endedAt }) => endedAt ?? []);
  return new Date(Math.max(requestedAt.getTime(), ...ends.map((end) => end.getTime())));
}

function asDrift({ json, markdown, html }: AskedOutput): DriftOptions {
  return {
    cwd: [],
    stack: [],
    parallel: 1,
    ...(json === undefined ? {} : { json }),
    ...(markdown === undefined ? {} : { markdown }),
    ...(html === undefined ? {} : { html }),
  };
}

function tellUpdate(run: RunResult, { json, markdown, html }: AskedOutput, terminal: Terminal): ExitCode {
  if (markdown !== undefined || html !== undefined || typeof json === "string") {
    throw new UsageError(
      `documents are made of looks (fleet drift); of ${run.operation} there is the table, and --json`,
    );
  }
  terminal.out(json === true ? JSON.stringify(documentOf(run)) : inWords(run, terminal));
  const isWhole = run.shards.every(({ state }) => state === "done");
  return isWhole ? exitCodes.ok : exitCodes.error;
}

function documentOf({ id, operation, requestedAt, shards }: RunResult) {
  return {
    run: id,
    operation,
    requestedAt: requestedAt.toISOString(),
    shards: shards.map(({ report: _, merchants, ...shard }) => ({
      ...shard,
      merchants: merchants.map(({ report: __, ...merchant }) => merchant),
    })),
  };
}

/** Of merchants to whom nothing was done, only the number is told. */
function inWords({ operation, shards }: RunResult, terminal: Terminal): string {
  const all = shards.flatMap(({ merchants }) => merchants);
  const told = all.filter(({ status }) => status !== "same");
  const rows = told.map((merchant) => [merchant.name, merchant.status, detail(merchant)]);
  const failed = shards.filter(({ state }) => state !== "done");
  const errors = failed.flatMap(({ stack, state, errors: those }) => [
    terminal.style("red", `${stack} ${state === "failed" ? "failed" : `is ${state}`}`),
    ...those.map((error) => `  ${error}`),
  ]);
  return [
    ...table(rows, terminal),
    ...errors,
    `${operation} of ${counted(shards.length, "shard")}: ${countsOf(all) || "no merchant"}.`,
  ].join("\n");
}

function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  return message ?? properties.join(", ");
}

function countsOf(merchants: readonly MerchantResult[]): string {
  const byStatus = Map.groupBy(merchants, ({ status }) => status);
  return [...byStatus].map(([status, those]) => `${figure(those.length)} ${status}`).join(", ");
}
