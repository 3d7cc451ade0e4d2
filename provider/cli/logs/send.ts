import { resolve } from "node:path";
import { type Clock, systemClock } from "../../pinterest";
import { withLock } from "../../pinterest/credentials/lock";
import { CommandError, UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { ProjectOptions } from "../stack/options";
import type { Terminal } from "../terminal";
import { figure } from "../text/counted";
import { type LogAccount, openLogAccount } from "./account";
import { checkLines } from "./check-lines";
import { hiddenTexts } from "./hidden-texts";
import { hearSignals, Interrupt } from "./interrupt";
import { beginning, type Progress, writeJournal } from "./journal";
import { progressOf } from "./journal-check";
import { tellOutcome } from "./outcome";
import { linesText, type Range } from "./ranges";
import { Rejections } from "./rejections";
import { type Ending, Sender, type SenderOptions } from "./sender";
import { openSource, type Source } from "./source";

/** The options of `logs send`. */
export interface SendOptions extends ProjectOptions {
  account?: string;
  journal?: string;
  rejected?: string;
  resendUnknown?: true;
  skipUnknown?: true;
  dryRun?: true;
  json?: true;
}

/** How long another run on the same file may take to end, in milliseconds. */
const lockWaitMs = 1000;

/**
 * Runs `logs send`.
 *
 * @param open finds the account.
 */
export async function sendLogs(
  file: string,
  options: SendOptions,
  terminal: Terminal,
  open = openLogAccount,
): Promise<ExitCode> {
  const source = openSource(file);
  const journal = journalOf(file, source, options);
  checkPaths(file, journal, options);
  if (options.dryRun) return dryRun(source, options, terminal);
  const account = await open(options, terminal.note);
  const run = () => sendSource({ file, source, journal, account, options, terminal, clock: systemClock });
  return journal === undefined ? run() : alone(`${journal}.lock`, run);
}

/** Where it is kept how far a file is sent; a stream cannot be gone on with. */
function journalOf(file: string, { size }: Source, { journal }: SendOptions): string | undefined {
  if (size !== undefined) return journal ?? `${file}.sent`;
  if (journal !== undefined) {
    throw new UsageError(
      `--journal ${journal}: what comes from a pipe cannot be read again; allowed with a file only`,
    );
  }
  return undefined;
}

function checkPaths(file: string, journal: string | undefined, { rejected }: SendOptions): void {
  const named = [file, journal, rejected].filter((path) => path !== undefined).map((path) => resolve(path));
  if (new Set(named).size < named.length) {
    throw new UsageError("the file, --journal and --rejected have to be three different files");
  }
}

async function dryRun(source: Source, options: SendOptions, terminal: Terminal): Promise<ExitCode> {
  const rejections = Rejections.open(terminal, options.rejected, false);
  const { checked, rejected } = await checkLines(source.read({ line: 1, offset: 0 }), (line) =>
    rejections.add(line),
  ).finally(() => rejections.close());
  terminal.out(
    options.json
      ? JSON.stringify({ sent: 0, rejected, unknown: 0, skipped: 0, checked })
      : `log entries: ${figure(checked)} checked, ${figure(rejected)} of them would be rejected; nothing was sent`,
  );
  return rejected > 0 ? exitCodes.error : exitCodes.ok;
}

/** Two runs on one file would send it twice. */
async function alone<T>(lock: string, run: () => Promise<T>): Promise<T> {
  let held = false;
  try {
    return await withLock(lock, { clock: systemClock, waitMs: lockWaitMs }, () => {
      held = true;
      return run();
    });
  } catch (error) {
    if (held) throw error;
    throw new CommandError(`the file is being sent already: ${(error as Error).message}`);
  }
}

interface SendRun {
  readonly file: string;
  readonly source: Source;
  readonly journal: string | undefined;
  readonly account: LogAccount;
  readonly options: SendOptions;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

async function sendSource(run: SendRun): Promise<ExitCode> {
  const { file, source, journal: path, options, terminal, clock } = run;
  const { access, account } = run.account;
  const subject = { apiUrl: access.configuration.apiUrl, account: account ?? null };
  const kept = path === undefined ? undefined : progressOf({ path, file, source, subject });
  const from = kept?.progress ?? beginning;
  const before = from.counts;
  const unknown = options.resendUnknown ? "resend" : options.skipUnknown ? "skip" : "stop";
  const skipped = before.sent + before.rejected + before.unknown;
  const doubtful: Range[] = [];
  const tell = (ending: Ending, after = before): ExitCode => {
    const counts = {
      sent: after.sent - before.sent,
      rejected: after.rejected - before.rejected,
      unknown: after.unknown - before.unknown,
    };
    tellOutcome(
      terminal,
      { counts, earlier: from, skipped, doubtful, ending },
      { json: options.json === true, journal: path },
    );
    if (ending.kind === "interrupted" || interrupt.requested) return exitCodes.interrupted;
    return ending.kind === "done" && after.rejected + after.unknown === 0 ? exitCodes.ok : exitCodes.error;
  };
  const interrupt = new Interrupt();
  const waiting = from.pending?.unknown ?? [];
  if (waiting.length > 0 && unknown === "stop") {
    return tell({ kind: "unknown", lines: waiting, reason: "an earlier run did not learn it" });
  }
  if (from.done && from.position.offset === source.size) {
    terminal.note(`Nothing is left to send: ${path} says that the whole file is settled.`);
    return tell({ kind: "done" });
  }
  if (from !== beginning) terminal.note(`Goes on at line ${from.position.line}, by ${path}.`);
  if (waiting.length > 0) {
    const done = unknown === "skip" ? "Passes over" : "Sends again";
    terminal.note(`${done} ${linesText(waiting)}, of which an earlier run did not learn what became.`);
    doubtful.push(...waiting);
  }
  const stream = source.read(from.position);
  const rejections = Rejections.open(terminal, options.rejected, from !== beginning);
  const client = access.clients.client(account);
  const sender = new Sender({
    from,
    unknown,
    interrupt,
    report: (entries, signal) => client.reportLogs(entries, { signal, hidden: hiddenTexts(entries) }),
    keep: (progress: Progress, durable) => {
      rejections.sync();
      if (path !== undefined && kept !== undefined) {
        writeJournal(path, kept.subject, progress, durable);
      }
    },
    reject: (rejected) => rejections.add(rejected),
    onUnknown: (lines, reason) => {
      doubtful.push(...lines);
      const done = unknown === "skip" ? "they are passed over" : "they are sent again";
      terminal.note(`Whether Pinterest has recorded ${linesText(lines)} is not known; ${done}: ${reason}`);
    },
    onProgress: progressLine(terminal, clock, source.size, before.sent),
  });
  const deaf = hearSignals(interrupt, () =>
    terminal.note("Stops after the request under way; once more Ctrl-C gives that up too."),
  );
  interrupt.onRequest(() => stream.destroy());
  let ending: Ending;
  try {
    ending = await sender.run(stream);
  } finally {
    deaf();
    rejections.close();
  }
  return tell(ending, sender.counts);
}

function progressLine(
  terminal: Terminal,
  clock: Clock,
  size: number | undefined,
  sentBefore: number,
): SenderOptions["onProgress"] {
  const since = clock.now();
  return ({ sent, rejected }, { offset }) => {
    const seconds = Math.max(clock.now() - since, 1) / 1000;
    const parts = [
      `${figure(sent)} entries sent`,
      `${figure(Math.round((sent - sentBefore) / seconds))} a second`,
      ...(rejected > 0 ? [`${figure(rejected)} rejected`] : []),
      ...(size ? [`${Math.floor((100 * offset) / size)} %`] : []),
    ];
    terminal.progress(parts.join(", "));
  };
}
