import { type LogEntry, type LogReport, PinterestError } from "../../pinterest";
import { Batch, type Held } from "./batch";
import { entryOfLine, rejectedLine } from "./entry-of-line";
import type { Interrupt } from "./interrupt";
import type { Counts, LeftOut, Progress } from "./journal";
import { type Line, LineSplitter, type Position } from "./line-splitter";
import { inRanges, type Range, rangesFrom, rangesOf, sizeOf, withRanges } from "./ranges";
import type { RejectedLine } from "./rejections";
import { type Settled, settle } from "./settle";

/** What is done with entries of which nobody knows whether Pinterest has recorded them. */
export type UnknownPolicy = "stop" | "resend" | "skip";

/** What a sender works with. */
export interface SenderOptions {
  /** Where it goes on. */
  readonly from: Progress;
  readonly report: (entries: readonly LogEntry[], signal: AbortSignal) => Promise<LogReport>;
  /** Keeps how far it is; with `durable` so that a failure of the machine does not undo it. */
  readonly keep: (progress: Progress, durable: boolean) => void;
  readonly reject: (rejected: RejectedLine) => void;
  readonly unknown: UnknownPolicy;
  /** Told of lines that are passed over, or sent again, though Pinterest may have recorded them. */
  readonly onUnknown: (lines: readonly Range[], reason: string) => void;
  /** Told after each batch. */
  readonly onProgress: (counts: Counts, position: Position) => void;
  readonly interrupt: Interrupt;
}

/** How a run ended. */
export type Ending =
  | { readonly kind: "done" | "interrupted" }
  /** Pinterest is not to be reached, or refuses the account: this line is the first that was not sent. */
  | { readonly kind: "refused"; readonly line: number; readonly error: PinterestError }
  /** Whether Pinterest has recorded these lines is not known. */
  | { readonly kind: "unknown"; readonly lines: readonly Range[]; readonly reason: string };

/** So many answers lost one after the other end a run that passes over what is not known: Pinterest is not to be reached. */
const maxLost = 2;

/** So many ranges of lines that were left out are kept of each kind. */
const maxLeftOut = 20;

/**
 * Sends the lines of a file, batch by batch and in their order. Before each request it is kept that these lines are under way, and
 * afterwards what became of them: whenever the process ends, no line is recorded twice or left out without a word.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #splitter: LineSplitter;
  readonly #batch = new Batch();
  #counts: Counts;
  #leftOut: LeftOut;
  #pending: Progress["pending"];
  /** The end of what was read. */
  #after: Position;
  #lost = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    const { position, pending, counts, leftOut } = options.from;
    this.#splitter = new LineSplitter(position);
    this.#after = position;
    this.#pending = pending;
    this.#counts = counts;
    this.#leftOut = leftOut;
  }

  /** How many entries came to which end, in all runs. */
  get counts(): Counts {
    return this.#counts;
  }

  /** @throws what reading, or keeping the journal, throws. */
  async run(chunks: AsyncIterable<Buffer>): Promise<Ending> {
    const { interrupt } = this.#options;
    try {
      for await (const chunk of chunks) {
        const ending = await this.#takeAll(this.#splitter.push(chunk));
        if (ending !== undefined) return ending;
      }
    } catch (error) {
      // A stream that is ended in the middle says so by an error.
      if (!interrupt.requested) throw error;
    }
    if (interrupt.requested) return this.#interrupted();
    const ending = (await this.#takeAll(this.#splitter.end())) ?? (await this.#flush());
    if (ending !== undefined) return ending;
    this.#keep([], [], { done: true });
    return { kind: "done" };
  }

  async #takeAll(lines: Iterable<Line>): Promise<Ending | undefined> {
    for (const line of lines) {
      if (this.#options.interrupt.requested) return this.#interrupted();
      const content = this.#toSend(line);
      if (content !== undefined) {
        const { bytes, ...held } = content;
        if (!this.#batch.fits(bytes, held.text.length)) {
          const ending = await this.#flush();
          if (ending !== undefined) return ending;
        }
        this.#batch.add(held, bytes);
      }
      this.#batch.pass();
      this.#after = line.next;
      if (this.#batch.full) {
        const ending = await this.#flush();
        if (ending !== undefined) return ending;
      }
    }
    return undefined;
  }

  /** The entry of a line that is to be sent. */
  #toSend(line: Line): (Held & { bytes: number }) | undefined {
    const number = line.start.line;
    const pending = this.#pending;
    let doubtful = false;
    if (pending !== undefined && number < pending.to) {
      doubtful = inRanges(pending.unknown, number);
      if (!doubtful && !inRanges(pending.unsent, number)) return undefined;
      if (doubtful && this.#options.unknown === "skip") {
        this.#passOver([[number, number]]);
        return undefined;
      }
    }
    const content = entryOfLine(line);
    if (content.kind === "blank") return undefined;
    if (content.kind === "faulty") {
      this.#reject(rejectedLine(line, content));
      return undefined;
    }
    const { entry, bytes, text } = content;
    return { start: line.start, entry, text, bytes, doubtful };
  }

  /** Sends what was gathered. Returns how the run ends, where it has to. */
  async #flush(): Promise<Ending | undefined> {
    const { interrupt, onProgress } = this.#options;
    if (this.#batch.empty) return undefined;
    let open = this.#batch.drain();
    while (open.length > 0) {
      this.#keep(open, []);
      const settled = await this.#send(open);
      const ending = this.#endingAfter(settled);
      if (ending !== undefined) {
        this.#keep(settled.unknown, settled.unsent);
        return ending;
      }
      open = this.#goOnWith(settled);
      if (interrupt.requested && open.length > 0) {
        this.#keep([], open);
        return { kind: "interrupted" };
      }
    }
    // Lost with the machine, this leaves the batch in doubt, which is safe; the disk is waited for once a batch.
    this.#keep([], [], { durable: false });
    onProgress(this.#counts, this.#after);
    return interrupt.requested ? { kind: "interrupted" } : undefined;
  }

  async #send(open: readonly Held[]): Promise<Settled> {
    const { report, interrupt } = this.#options;
    const entries = open.map(({ entry }) => entry);
    const settled = settle(open, await report(entries, interrupt.signal).catch(unreported));
    this.#count({ sent: settled.accepted });
    for (const rejected of settled.rejected) this.#reject(rejected);
    return settled;
  }

  #endingAfter({ unknown, unsent, stopped, reason, progressed }: Settled): Ending | undefined {
    if (unknown.length === 0) {
      this.#lost = 0;
      if (stopped === undefined) return undefined;
      const aborted = stopped.kind === "aborted";
      return aborted
        ? { kind: "interrupted" }
        : { kind: "refused", line: unsent[0]?.start.line ?? this.#after.line, error: stopped };
    }
    this.#lost = stopped === undefined && progressed ? 0 : this.#lost + 1;
    if (this.#options.unknown !== "stop" && this.#lost < maxLost && stopped?.kind !== "aborted") {
      return undefined;
    }
    return { kind: "unknown", lines: linesOf(unknown), reason };
  }

  /** What is sent next of entries that are not settled, in the order of their lines. */
  #goOnWith({ unknown, unsent, reason }: Settled): readonly Held[] {
    if (unknown.length === 0) return unsent;
    this.#options.onUnknown(linesOf(unknown), reason);
    if (this.#options.unknown === "skip") {
      this.#passOver(linesOf(unknown));
      return unsent;
    }
    const again = unknown.map((held) => ({ ...held, doubtful: true }));
    return [...again, ...unsent].sort((left, right) => left.start.line - right.start.line);
  }

  #interrupted(): Ending {
    this.#keep([], this.#batch.drain());
    return { kind: "interrupted" };
  }

  /** Keeps how far it is, with the entries of what was read that are not settled. */
  #keep(
    unknown: readonly Held[],
    unsent: readonly Held[],
    { done = false, durable = true }: { done?: boolean; durable?: boolean } = {},
  ): void {
    const after = this.#after;
    const earlier = this.#pending;
    const to = Math.max(after.line, earlier?.to ?? 0);
    const inDoubt = [...unknown, ...unsent.filter(({ doubtful }) => doubtful)];
    const pending = {
      to,
      unknown: [...linesOf(inDoubt), ...rangesFrom(earlier?.unknown ?? [], after.line)],
      unsent: [
        ...linesOf(unsent.filter(({ doubtful }) => !doubtful)),
        ...rangesFrom(earlier?.unsent ?? [], after.line),
      ],
    };
    const open = [...unknown, ...unsent].map(({ start }) => start);
    const position = open.reduce((first, start) => (start.line < first.line ? start : first), after);
    this.#options.keep(
      {
        position,
        ...(to > position.line ? { pending } : {}),
        counts: this.#counts,
        leftOut: this.#leftOut,
        done,
      },
      durable,
    );
  }

  #reject(rejected: RejectedLine): void {
    const { line } = rejected;
    this.#count({ rejected: 1 });
    this.#leaveOut("rejected", [[line, line]]);
    this.#options.reject(rejected);
  }

  #passOver(lines: readonly Range[]): void {
    this.#count({ unknown: sizeOf(lines) });
    this.#leaveOut("unknown", lines);
  }

  #leaveOut(kind: keyof LeftOut, lines: readonly Range[]): void {
    this.#leftOut = { ...this.#leftOut, [kind]: withRanges(this.#leftOut[kind], lines, maxLeftOut) };
  }

  #count(more: Partial<Counts>): void {
    const { sent, rejected, unknown } = this.#counts;
    this.#counts = {
      sent: sent + (more.sent ?? 0),
      rejected: rejected + (more.rejected ?? 0),
      unknown: unknown + (more.unknown ?? 0),
    };
  }
}

function linesOf(held: readonly Held[]): Range[] {
  return rangesOf(held.map(({ start }) => start.line).sort((left, right) => left - right));
}

function unreported(error: unknown): PinterestError {
  if (error instanceof PinterestError) return error;
  throw error;
}
