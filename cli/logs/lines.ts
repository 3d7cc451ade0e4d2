import { appendFileSync, createReadStream, fstatSync, openSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import {
  hideLikelySecrets,
  type LogEntry,
  type LogFieldRule,
  type LogProblem,
  logFields,
  maxBatchEntries,
  prepareLog,
} from "../../provider/api";
import { isJsonObject } from "../../provider/base/json";
import { linesOf } from "../../provider/base/lines";
import { lineLimits, oneLine } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import { CommandError, UsageError } from "../../stack/command-error";
import type { Terminal } from "../terminal";

/** Number of characters of the longest line. An entry has at most one million bytes. */
const maxLineLength = 8 * 1024 * 1024;

/** A line with more than whitespace. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** The line, or a JSON string of it if it is not JSON. Undefined if it is too long. */
  readonly json?: string;
  /** Undefined if the line has problems. */
  readonly entry?: LogEntry;
  /** The reasons why the line is not sent, or why Pinterest rejected it. */
  readonly problems: readonly LogProblem[];
}

/** Opens a file, or standard input for `-`. @throws CommandError with the reason. */
export function openInput(name: string): Readable {
  if (name === "-") return process.stdin;
  try {
    const fd = openSync(name, "r");
    if (fstatSync(fd).isDirectory()) throw new Error("it is a directory");
    return createReadStream(name, { fd });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "the file does not exist" : message;
    throw new CommandError(
      `cannot read ${name}: ${reason}. Give a file of JSON lines, or - for standard input.`,
    );
  }
}

/**
 * Reads the lines from a number on, except blank lines, as many at a time as one request can carry. The limit of their length bounds the use
 * of memory.
 *
 * @throws UsageError if the input ends before that line.
 */
export async function* readBatches(input: Readable, fromLine: number): AsyncGenerator<readonly LogLine[]> {
  let batch: LogLine[] = [];
  let length = 0;
  let number = 0;
  for await (const text of linesOf(input, maxLineLength)) {
    number += 1;
    if (number < fromLine || text.trim() === "") continue;
    batch.push(parseLine(number, text));
    length += text.length;
    if (batch.length === maxBatchEntries || length >= maxLineLength) {
      yield batch;
      batch = [];
      length = 0;
    }
  }
  if (batch.length > 0) yield batch;
  // The command that continues after the last line has the number of the line after it.
  if (number < fromLine - 1) {
    throw new UsageError(`--from-line ${fromLine}: the input has only ${counted(number, "line")}`);
  }
}

/** Parses a line, and checks its entry against Pinterest's limits. */
function parseLine(number: number, line: string): LogLine {
  if (line.length > maxLineLength) {
    return { number, problems: [{ problem: `the line is longer than ${maxLineLength} characters` }] };
  }
  // This also removes a byte order mark.
  const text = line.trim();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which can contain secrets.
    return { number, json: JSON.stringify(text), problems: [{ problem: "the line is not valid JSON" }] };
  }
  const entry = withOwnNames(value, logFields);
  const { problems } = prepareLog(entry, 0);
  return { number, json: text, problems, ...(problems.length === 0 && { entry: entry as LogEntry }) };
}

/** Replaces the names of Pinterest's API (`client_timestamp`) by those of this package (`clientTimestamp`). */
function withOwnNames(value: unknown, rules: Readonly<Record<string, LogFieldRule>>): unknown {
  if (!isJsonObject(value)) return value;
  const ownNames = new Map(Object.entries(rules).map(([name, { wire }]) => [wire, name]));
  const fields = Object.entries(value).map(([inputName, content]) => {
    const name = ownNames.get(inputName) ?? inputName;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    return [name, rule?.kind === "object" ? withOwnNames(content, rule.fields) : content];
  });
  return Object.fromEntries(fields);
}

/** Number of rejected lines that are printed if there is no file for them. */
const maxPrinted = 20;

/** Reports rejected lines: in a file, or else on standard error. */
export class Rejections {
  private count = 0;

  /**
   * @param path the file, which only its owner can read.
   * @param append whether to continue the file of an earlier run.
   * @throws CommandError if the file cannot be written, or exists and `append` is false.
   */
  constructor(
    private readonly terminal: Terminal,
    private readonly path: string | undefined,
    append: boolean,
  ) {
    if (path === undefined) return;
    try {
      writeFileSync(path, "", { flag: append ? "a" : "ax", mode: 0o600 });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const problem = code === "EEXIST" ? `${path} exists. Move it, or choose another file.` : message;
      throw new CommandError(`--rejected: ${problem}`);
    }
  }

  add(line: LogLine): void {
    this.count += 1;
    if (this.path !== undefined) appendFileSync(this.path, `${recordOf(line)}\n`);
    else if (this.count <= maxPrinted) this.terminal.note(noteOf(line));
  }

  /** Prints how many lines were not printed. */
  end(): void {
    const more = this.count - maxPrinted;
    if (this.path !== undefined || more <= 0) return;
    this.terminal.note(`… and ${more} more rejected lines. To keep all of them, use --rejected <file>.`);
  }
}

/** A JSON line. It contains the entry as it was given, with all digits. */
function recordOf({ number, problems, json }: LogLine): string {
  const [first, ...others] = problems;
  const more = others.map(({ field, problem }) => (field === undefined ? problem : `${field} ${problem}`));
  const reason = [first?.problem, ...more].join("; ");
  const record = JSON.stringify({ line: number, field: first?.field, reason });
  return json === undefined ? record : `${record.slice(0, -1)},"entry":${json}}`;
}

function noteOf({ number, problems }: LogLine): string {
  const texts = problems.map(({ field, problem }) => {
    // From the first quote to the last one: Pinterest's reason can quote the entry, which can contain quotes itself.
    const reason = problem.replace(/(["'`]).*["'`]/s, "$1…$1");
    return field === undefined ? reason : `${oneLine(hideLikelySecrets(field), lineLimits.name)} ${reason}`;
  });
  return `line ${number}: ${texts.join("; ")}`;
}
