import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { type LogReport, type PinterestClient, PinterestError } from "../../provider/api";
import { firstOf } from "../../provider/base/message-text";
import { stackOptions } from "../../provider/base/shell";
import { capital, figure } from "../../provider/base/words";
import { programContext } from "../../provider/run/run-context";
import { openAccess } from "../../stack/access";
import { CommandError, UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { findStack } from "../../stack/open";
import { stoppingGracefully } from "../../stack/signals";
import { chosenAccounts, type ProjectOptions } from "../options";
import type { CommandIo, Terminal } from "../terminal";
import { type LogLine, openInput, Rejections, readBatches } from "./lines";

interface SendOptions extends ProjectOptions {
  account?: string;
  fromLine?: number;
  rejected?: string;
  dryRun?: true;
  json?: true;
}

interface Progress {
  sent: number;
  rejected: number;
  /** The first line whose delivery is not confirmed. */
  nextLine: number;
  /** The last line that Pinterest has recorded, or may have recorded; 0 if there is none. */
  lastRecorded: number;
}

type LogsClient = Pick<PinterestClient, "reportLogs">;

const acceptAll: LogsClient = {
  reportLogs: async (entries) => ({ accepted: [...entries.keys()], rejected: [], unknown: [] }),
};

export async function sendLogs(file: string, options: SendOptions, context: CommandIo): Promise<ExitCode> {
  const { terminal } = context;
  const { fromLine = 1, rejected, dryRun } = options;
  if (rejected !== undefined && resolve(rejected) === resolve(file)) {
    throw new UsageError("--rejected must name another file than the input");
  }
  const input = openInput(file);
  const client = dryRun ? acceptAll : await openClient(options, context);
  const rejections = new Rejections(terminal, rejected, options.fromLine !== undefined);
  const progress: Progress = { sent: 0, rejected: 0, nextLine: fromLine, lastRecorded: 0 };
  const sendAll = async (stop: AbortSignal): Promise<string | undefined> => {
    stop.addEventListener("abort", () =>
      terminal.note(
        `Stopping after the request in progress. To exit at once, press Ctrl-C again, and continue later with --from-line ${progress.nextLine}.`,
      ),
    );
    addAbortSignal(stop, input);
    try {
      for await (const batch of readBatches(input, fromLine)) {
        if (stop.aborted) break;
        const result = await sendBatch(batch, client);
        progress.lastRecorded = result.lastRecorded;
        for (const line of result.rejected) rejections.add(line);
        // Not before the rejected lines are written: if that fails, the command that continues reports them.
        progress.nextLine = result.nextLine;
        progress.sent += result.sent;
        progress.rejected += result.rejected.length;
        terminal.progress(countsText(progress, options));
        if (result.error !== undefined) return result.error;
      }
    } catch (thrown) {
      // The first signal destroys the stream, which is not a system error.
      const { syscall, message } = thrown as NodeJS.ErrnoException;
      if (syscall !== undefined) return message;
      if (!stop.aborted) throw thrown;
    } finally {
      rejections.end();
    }
    return undefined;
  };
  const { result: error, interrupted } = await stoppingGracefully(sendAll, () => false);
  if (error !== undefined) terminal.note(`error: ${error}`);
  const ended = interrupted ? "interrupted" : error === undefined ? "done" : "stopped";
  return printResult(progress, ended, options, terminal);
}

interface BatchResult extends Pick<Progress, "sent" | "nextLine" | "lastRecorded"> {
  /** In the order of their numbers, with the reasons as problems. */
  readonly rejected: readonly LogLine[];
  /** The reason why the run cannot continue. */
  readonly error?: string | undefined;
}

async function sendBatch(batch: readonly LogLine[], client: LogsClient): Promise<BatchResult> {
  let unconfirmed = batch.filter(({ entry }) => entry !== undefined);
  const rejected: LogLine[] = [];
  let sent = 0;
  let lastRecorded = 0;
  let error: string | undefined;
  // Sends entries that are not at fault again. The loop ends, because each report without an error accepts or rejects at least one entry.
  while (unconfirmed.length > 0 && error === undefined) {
    const lines = unconfirmed;
    const report = await reportLines(lines, client);
    const accepted = new Set(report.accepted);
    const unknown = new Set(report.unknown.map(({ index }) => index));
    const atFault = report.rejected.filter(({ canResend }) => !canResend);
    const faults = Map.groupBy(atFault, ({ index }) => index);
    for (const [index, list] of faults) {
      const problems = list.map(({ field, reason }) => ({ ...(field && { field }), problem: reason }));
      rejected.push({ ...(lines[index] as LogLine), problems });
    }
    sent += accepted.size;
    const recorded = lines.findLast((_, index) => accepted.has(index) || unknown.has(index));
    lastRecorded = Math.max(lastRecorded, recorded?.number ?? 0);
    error = report.stopped?.message ?? report.unknown[0]?.reason;
    unconfirmed = lines.filter((_, index) => !accepted.has(index) && !faults.has(index));
  }
  const nextLine = unconfirmed[0]?.number ?? (batch.at(-1)?.number ?? 0) + 1;
  // The command that continues reports the invalid lines from `nextLine` on.
  rejected.push(...batch.filter(({ entry, number }) => entry === undefined && number < nextLine));
  rejected.sort((left, right) => left.number - right.number);
  return { sent, rejected, nextLine, lastRecorded, error };
}

async function reportLines(lines: readonly LogLine[], client: LogsClient): Promise<LogReport> {
  const entries = lines.flatMap(({ entry }) => entry ?? []);
  // Fixed words such as "ERROR" are not secret, and error messages contain them.
  const hidden = entries.flatMap(({ eventType, logLevel, request, ...others }) =>
    stringsIn([others, { ...request, method: undefined }]),
  );
  try {
    return await client.reportLogs(entries, { hidden });
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    // Nothing was recorded.
    return { accepted: [], rejected: [], unknown: [], stopped: error };
  }
}

/** Number of characters of the longest string that a response repeats in full. Longer ones need not be hidden. */
const longestRepeated = 2_048;

/** The strings in an entry that must be hidden. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length <= longestRepeated ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/**
 * Opens the client of the account that `--account` names, else of the default account, else of the only account.
 *
 * @throws CommandError if no account is configured; UsageError if there is a choice.
 */
async function openClient(
  options: SendOptions,
  { terminal, environment }: CommandIo,
): Promise<PinterestClient> {
  const { account, cwd, stack: name } = options;
  const { stack } = await findStack({ ...options, environment });
  const { configuration, clients } = await openAccess(
    stack ?? { environment, context: programContext },
    terminal.note,
  );
  const named = account === undefined ? {} : { account: [account] };
  const accounts = chosenAccounts(configuration, named, stackOptions({ directory: cwd, name }));
  if (accounts.length > 1 && accounts[0] !== undefined) {
    const names = firstOf(accounts.map(String));
    throw new UsageError(`${accounts.length} accounts are configured: name one with --account (${names})`);
  }
  try {
    return clients.client(accounts[0]);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function printResult(
  progress: Progress,
  ended: "done" | "interrupted" | "stopped",
  options: SendOptions,
  terminal: Terminal,
): ExitCode {
  const { sent, rejected, nextLine, lastRecorded } = progress;
  const isUnknown = lastRecorded >= nextLine && !options.dryRun;
  if (ended !== "done") {
    terminal.note(
      `${capital(ended)} at line ${nextLine}. To continue, run the same command with --from-line ${nextLine}.`,
    );
    if (isUnknown) {
      terminal.note(
        `Pinterest may have entries up to line ${lastRecorded} already. If you continue, the command sends them again, and Pinterest keeps both copies.`,
      );
    }
  }
  if (options.json) {
    const counts = options.dryRun ? { valid: sent, rejected } : { sent, rejected };
    const unknownLines = isUnknown ? { unknownLines: [nextLine, lastRecorded] } : {};
    const rest = ended === "done" ? {} : { nextLine, ...unknownLines };
    terminal.out(JSON.stringify({ ...counts, ended, ...rest }));
  } else {
    terminal.out(`Log entries: ${countsText(progress, options)}`);
  }
  if (ended === "interrupted") return exitCodes.interrupted;
  return ended === "done" && rejected === 0 ? exitCodes.ok : exitCodes.error;
}

function countsText({ sent, rejected }: Progress, { dryRun }: SendOptions): string {
  return `${figure(sent)} ${dryRun ? "valid" : "sent"}, ${figure(rejected)} rejected`;
}
