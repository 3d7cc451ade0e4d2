import { appendFileSync, closeSync, openSync } from "node:fs";
import { oneLine } from "../../provider/api/message-text";
import { createRedactor } from "../../provider/api/redact";
import { CommandError } from "../command-error";
import type { Terminal } from "../terminal";
import type { LogLine } from "./lines";

/** How many rejected lines are printed without a file for them. */
const maxPrinted = 20;

/** Reports rejected lines: in a file, or else on standard error. */
export class Rejections {
  readonly #file: number | undefined;
  #count = 0;

  /**
   * @param path the file, which only its owner can read.
   * @param append whether to continue the file of an earlier run.
   * @throws CommandError if the file cannot be written, or exists and `append` is false.
   */
  constructor(
    private readonly terminal: Terminal,
    path: string | undefined,
    append: boolean,
  ) {
    if (path === undefined) return;
    try {
      this.#file = openSync(path, append ? "a" : "ax", 0o600);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const problem = code === "EEXIST" ? `${path} exists. Move it, or choose another file.` : message;
      throw new CommandError(`--rejected: ${problem}`);
    }
  }

  add(line: LogLine): void {
    this.#count += 1;
    if (this.#file !== undefined) appendFileSync(this.#file, `${recordOf(line)}\n`);
    else if (this.#count <= maxPrinted) this.terminal.note(noteOf(line));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    const more = this.#count - maxPrinted;
    if (this.#file === undefined && more > 0) {
      this.terminal.note(`… and ${more} more rejected lines. To keep all of them, use --rejected <file>.`);
    }
  }
}

/** A JSON line. It contains the entry as it was given, with all digits, or as a string if it is not JSON. */
function recordOf({ number, problems, text, isJson }: LogLine): string {
  const [first, ...others] = problems;
  const more = others.map(({ field, problem }) => (field === undefined ? problem : `${field} ${problem}`));
  const reason = [first?.problem, ...more].join("; ");
  const record = JSON.stringify({ line: number, field: first?.field, reason });
  if (text === undefined) return record;
  return `${record.slice(0, -1)},"entry":${isJson ? text : JSON.stringify(text)}}`;
}

const redact = createRedactor([]);

function noteOf({ number, problems }: LogLine): string {
  const texts = problems.map(({ field, problem }) =>
    field === undefined ? withoutQuoted(problem) : `${oneLine(redact(field), 100)} ${withoutQuoted(problem)}`,
  );
  return `line ${number}: ${texts.join("; ")}`;
}

/** Removes everything from the first quote to the last one: Pinterest's reason can quote the entry, which can contain quotes itself. */
function withoutQuoted(reason: string): string {
  return reason.replace(/(["'`]).*["'`]/s, "$1…$1");
}
