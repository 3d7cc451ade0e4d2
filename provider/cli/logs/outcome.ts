import type { Terminal } from "../terminal";
import { figure } from "../text/counted";
import type { Counts } from "./journal";
import { linesText, type Range, sizeOf } from "./ranges";
import type { Ending } from "./sender";

/** What a run comes to. */
export interface Outcome {
  /** Of this run. */
  readonly counts: Counts;
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

function summary(outcome: Outcome): object {
  const { counts, skipped, doubtful, ending } = outcome;
  const lines = [...doubtful, ...(ending.kind === "unknown" ? ending.lines : [])];
  return {
    sent: counts.sent,
    rejected: counts.rejected,
    unknown: unknownIn(outcome),
    skipped,
    ended: ending.kind,
    ...(lines.length > 0 ? { unknownLines: lines } : {}),
    ...(ending.kind === "refused" ? { stoppedAtLine: ending.line } : {}),
  };
}

function unknownIn({ counts, ending }: Outcome): number {
  return counts.unknown + (ending.kind === "unknown" ? sizeOf(ending.lines) : 0);
}
