import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { oneLine } from "../../provider/api/message-text";
import { createRedactor } from "../../provider/api/redact";
import { CommandError } from "../command-error";
import type { Terminal } from "../terminal";
import type { LogLine } from "./lines";

/** How many rejected lines are printed without a file for them. */
const maxPrinted = 20;

/** Reports rejected lines: in a file, or else on standard error. */
export class Rejections {
  readonly #terminal: Terminal;
  readonly #file: number | undefined;
  #count = 0;

  /**
   * @param path the file, which only its owner can read.
   * @param append whether to continue the file of an earlier run.
   * @throws CommandError if the file cannot be written, or is not empty and `append` is false.
   */
  constructor(terminal: Terminal, path: string | undefined, append: boolean) {
    this.#terminal = terminal;
    if (path === undefined) return;
    try {
      this.#file = openSync(path, "a+", 0o600);
    } catch (error) {
      throw new CommandError(`--rejected: cannot write the file: ${(error as Error).message}`);
    }
    const { size } = fstatSync(this.#file);
    if (size === 0) return;
    if (!append) throw new CommandError(`--rejected: ${path} is not empty. Move it, or choose another file.`);
    // An earlier run that was killed, or met a full disk, may have left a line without an end.
    const last = Buffer.alloc(1);
    readSync(this.#file, last, 0, 1, size - 1);
    if (last.toString() !== "\n") appendFileSync(this.#file, "\n");
  }

  add(line: LogLine): void {
    this.#count += 1;
    if (this.#file !== undefined) appendFileSync(this.#file, `${recordOf(line)}\n`);
    else if (this.#count <= maxPrinted) this.#terminal.note(noteOf(line));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    const more = this.#count - maxPrinted;
    if (this.#file === undefined && more > 0) {
      this.#terminal.note(`… and ${more} more rejected lines. To keep all of them, use --rejected <file>.`);
    }
  }
}

/** A JSON line. It contains the entry as it was given, with all digits, or as a string if it is not JSON. */
function recordOf({ number, problems, text, isJson }: LogLine): string {
  const [first, ...others] = problems;
  const more = others.map(({ field, problem }) => `; ${field === undefined ? "" : `${field} `}${problem}`);
  const record = JSON.stringify({
    line: number,
    ...(first?.field === undefined ? {} : { field: first.field }),
    reason: `${first?.problem ?? ""}${more.join("")}`,
  });
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
