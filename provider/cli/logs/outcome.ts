import type { Terminal } from "../terminal";
import { counted, figure } from "../text/counted";
import type { Counts, Progress } from "./journal";
import { linesText, type Range, sizeOf } from "./ranges";
import type { Ending } from "./sender";

/** What a run comes to. */
export interface Outcome {
  /** Of this run. */
  readonly counts: Counts;
  /** What earlier runs left. */
  readonly earlier: Pick<Progress, "counts" | "leftOut">;
  /** Entries that earlier runs had settled. */
  readonly skipped: number;
  /** Those that were passed over or sent again in this run, though Pinterest may have recorded them. */
  readonly doubtful: readonly Range[];
  readonly ending: Ending;
}

/** Prints what a run comes to, and what to do next. */
export function tellOutcome(terminal: Terminal, outcome: Outcome, options: OutcomeOptions): void {
  const { counts, skipped, ending } = outcome;
  const line = explain(ending, options);
  if (line !== undefined) terminal.note(line);
  if (ending.kind === "done") for (const note of leftOutEarlier(outcome)) terminal.note(note);
  if (options.json) {
    terminal.out(JSON.stringify(summary(outcome)));
    return;
  }
  const parts = [`${figure(counts.sent)} sent`];
  if (counts.rejected > 0) parts.push(`${figure(counts.rejected)} rejected`);
  const unknown = unknownIn(outcome);
  if (unknown > 0) parts.push(`${figure(unknown)} unknown`);
  if (skipped > 0) parts.push(`${figure(skipped)} settled by earlier runs`);
  terminal.out(`log entries: ${parts.join(", ")}`);
}

export interface OutcomeOptions {
  readonly json: boolean;
  /** Undefined where there is none. */
  readonly journal: string | undefined;
}

function explain(ending: Ending, { journal }: OutcomeOptions): string | undefined {
  const goesOn = journal === undefined ? "" : " The same command goes on from there.";
  switch (ending.kind) {
    case "done":
      return undefined;
    case "interrupted":
      return `Stopped as asked.${goesOn}`;
    case "refused":
      return `Stopped at line ${ending.line}: ${ending.error.message}${goesOn}`;
    case "unknown": {
      const next =
        journal === undefined
          ? "Give --resend-unknown or --skip-unknown to have such entries sent again or passed over at once."
          : "Run again with --resend-unknown to send them again, or with --skip-unknown to pass over them.";
      return (
        `Stopped: whether Pinterest has recorded ${linesText(ending.lines)} is not known (${ending.reason.replace(/\.$/, "")}). ` +
        `Pinterest keeps both where an entry is sent twice, so they wait for your decision. ${next}`
      );
    }
  }
}

/** What earlier runs left out, and how to send it: without a word the file would pass for one that was taken. */
function leftOutEarlier({ earlier: { counts, leftOut } }: Outcome): string[] {
  const notes: string[] = [];
  if (counts.rejected > 0) {
    notes.push(
      `${leftOutText(counts.rejected, leftOut.rejected)} rejected by earlier runs, so not all entries were taken. ` +
        "To send them, put them corrected into a file of their own, and send that. --dry-run --rejected <file> writes out those whose fault does not take Pinterest to see.",
    );
  }
  if (counts.unknown > 0) {
    notes.push(
      `${leftOutText(counts.unknown, leftOut.unknown)} passed over by earlier runs, of which nobody knows whether Pinterest has recorded them. ` +
        "To send them all the same, put them into a file of their own, and send that.",
    );
  }
  return notes;
}

function leftOutText(count: number, lines: readonly Range[]): string {
  const named =
    lines.length === 0 ? "" : ` (${linesText(lines)}${sizeOf(lines) < count ? " and others" : ""})`;
  return `${counted(count, "line")} of the file${named} ${count === 1 ? "was" : "were"}`;
}

function summary(outcome: Outcome): object {
  const { counts, earlier, skipped, doubtful, ending } = outcome;
  const lines = [...doubtful, ...(ending.kind === "unknown" ? ending.lines : [])];
  return {
    sent: counts.sent,
    rejected: counts.rejected,
    unknown: unknownIn(outcome),
    skipped,
    rejectedEarlier: earlier.counts.rejected,
    unknownEarlier: earlier.counts.unknown,
    ended: ending.kind,
    ...(lines.length > 0 ? { unknownLines: lines } : {}),
    ...(ending.kind === "refused" ? { stoppedAtLine: ending.line } : {}),
  };
}

function unknownIn({ counts, ending }: Outcome): number {
  return counts.unknown + (ending.kind === "unknown" ? sizeOf(ending.lines) : 0);
}
