import { appendFileSync, closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { createRedactor, oneLine } from "../../pinterest/redact";
import { CommandError } from "../command-error";
import type { Terminal } from "../terminal";

/** One thing that is wrong with an entry. */
export interface Fault {
  readonly field?: string | undefined;
  readonly reason: string;
}

/** A line that was not taken. */
export interface RejectedLine {
  readonly line: number;
  /** At least one. */
  readonly faults: readonly Fault[];
  /** The line as it was given; undefined where it is too long. */
  readonly text?: string | undefined;
  /** Whether the text is JSON. */
  readonly json: boolean;
}

/** How many rejected lines are shown where no file takes them. */
const shownRejections = 20;

/** Where rejected lines are told. */
export class Rejections {
  #count = 0;
  #dirty = false;

  private constructor(
    private readonly terminal: Pick<Terminal, "note">,
    private readonly file: number | undefined,
  ) {}

  /**
   * @param path the file that takes them; without one the first are shown. Only its owner can read it.
   * @param goesOn whether an earlier run began the file.
   * @throws CommandError when the file cannot be written, or holds something already that is not of this run.
   */
  static open(terminal: Pick<Terminal, "note">, path: string | undefined, goesOn: boolean): Rejections {
    if (path === undefined) return new Rejections(terminal, undefined);
    let file: number;
    try {
      file = openSync(path, "a+", 0o600);
    } catch (error) {
      throw new CommandError(`--rejected: ${(error as Error).message}`);
    }
    const { size } = fstatSync(file);
    if (size > 0 && !goesOn) {
      closeSync(file);
      throw new CommandError(
        `--rejected ${path}: the file holds something already; move it away, or name another`,
      );
    }
    if (size > 0) endLastLine(file, size);
    return new Rejections(terminal, file);
  }

  add(rejected: RejectedLine): void {
    this.#count += 1;
    if (this.file !== undefined) {
      appendFileSync(this.file, `${recordOf(rejected)}\n`);
      this.#dirty = true;
    } else if (this.#count <= shownRejections) {
      this.terminal.note(textOf(rejected));
    }
  }

  /** Makes sure that what was written stays. */
  sync(): void {
    if (this.#dirty && this.file !== undefined) fsyncSync(this.file);
    this.#dirty = false;
  }

  /** Says what was not shown. */
  close(): void {
    if (this.file !== undefined) {
      this.sync();
      closeSync(this.file);
    } else if (this.#count > shownRejections) {
      this.terminal.note(
        `… and ${this.#count - shownRejections} more rejected lines; --rejected <file> keeps them all`,
      );
    }
  }
}

/** A run that was killed may have left half a line. */
function endLastLine(file: number, size: number): void {
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  if (last[0] !== 0x0a) writeSync(file, "\n");
}

/** A JSON line. The entry is there as it was given, digit by digit, and as a text where it is no JSON. */
function recordOf({ line, faults, text, json }: RejectedLine): string {
  const [first, ...others] = faults;
  const more = others.map(({ field, reason }) => `; ${field === undefined ? "" : `${field} `}${reason}`);
  const head = JSON.stringify({
    line,
    ...(first?.field === undefined ? {} : { field: first.field }),
    reason: `${first?.reason ?? ""}${more.join("")}`,
  });
  return text === undefined ? head : `${head.slice(0, -1)},"entry":${json ? text : JSON.stringify(text)}}`;
}

const redact = createRedactor([]);

function textOf({ line, faults }: RejectedLine): string {
  const texts = faults.map(({ field, reason }) =>
    field === undefined ? withoutQuotes(reason) : `${oneLine(redact(field), 100)} ${withoutQuotes(reason)}`,
  );
  return `line ${line}: ${texts.join("; ")}`;
}

/** What Pinterest says may repeat the entry, which stands in quotes then; those may stand in the entry too. */
function withoutQuotes(reason: string): string {
  return reason.replace(/(["'`]).*["'`]/s, "$1…$1");
}
