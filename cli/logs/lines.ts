import { createReadStream, fstatSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { LogEntry } from "../../provider/api";
import { isJsonObject } from "../../provider/api/json";
import { type LogFieldRule, type LogProblem, logFields } from "../../provider/api/logs/fields";
import { maxBatchEntries, prepareLog } from "../../provider/api/logs/report";
import { CommandError, UsageError } from "../command-error";
import { counted } from "../text/words";

/** Limit of a line's length, in bytes. An entry has at most one million. */
const maxLineBytes = 8 * 1024 * 1024;

/** A line that is not blank. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Undefined if the line is too long. */
  readonly text?: string;
  readonly isJson: boolean;
  /** Undefined if the line has problems. */
  readonly entry?: LogEntry;
  /** The reasons why the line is not sent, or why Pinterest rejected it. */
  readonly problems: readonly LogProblem[];
}

export interface Input {
  readonly stream: Readable;
  /** How much of the file was read, such as ", 40 %"; an empty string for a pipe. */
  readonly percentRead: () => string;
}

/**
 * Opens a file, or standard input for `-`.
 *
 * @throws CommandError with the reason.
 */
export function openInput(name: string): Input {
  if (name === "-") return { stream: process.stdin, percentRead: () => "" };
  try {
    const fd = openSync(name, "r");
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new Error("it is a directory");
    const stream = createReadStream(name, { fd });
    const percent = () => Math.floor((100 * stream.bytesRead) / stat.size);
    return { stream, percentRead: () => (stat.isFile() ? `, ${percent()} %` : "") };
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
export async function* readBatches(
  chunks: AsyncIterable<Buffer>,
  fromLine: number,
): AsyncGenerator<readonly LogLine[]> {
  let batch: LogLine[] = [];
  let length = 0;
  let number = 0;
  for await (const bytes of splitLines(chunks)) {
    number += 1;
    const line = number < fromLine ? undefined : parseLine(number, bytes);
    if (line === undefined) continue;
    batch.push(line);
    length += line.text?.length ?? 0;
    if (batch.length === maxBatchEntries || length >= maxLineBytes) {
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

/**
 * Splits an input into lines without their ends, and keeps at most one of them in memory. A line that is longer than {@link maxLineBytes} is
 * undefined. This is not node:readline, which keeps a line of any length, also ends lines at U+2028 and U+2029 inside JSON strings, and
 * replaces bytes that are not UTF-8.
 */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  const append = (part: Buffer) => {
    length += part.length;
    if (length <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const takeLine = () => {
    const line = length <= maxLineBytes ? Buffer.concat(parts) : undefined;
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", start)) {
      append(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    append(chunk.subarray(start));
  }
  if (length > 0) yield takeLine();
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses a line, and checks its entry against Pinterest's limits; undefined for a blank line. */
function parseLine(number: number, bytes: Buffer | undefined): LogLine | undefined {
  const invalid = (problem: string) => ({ number, isJson: false, problems: [{ problem }] });
  if (bytes === undefined) return invalid(`the line is longer than ${maxLineBytes} bytes`);
  let text: string;
  try {
    // This also removes a byte order mark.
    text = utf8.decode(bytes).trim();
  } catch {
    return { ...invalid("the line is not valid UTF-8"), text: bytes.toString("utf8") };
  }
  if (text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which can contain secrets.
    return { ...invalid("the line is not valid JSON"), text };
  }
  const { entry, duplicates } = withOwnNames(value, logFields);
  const problems = duplicates.length > 0 ? duplicates : (prepareLog(entry, 0).problems ?? []);
  const line = { number, text, isJson: true, problems };
  return problems.length > 0 ? line : { ...line, entry: entry as LogEntry };
}

/**
 * Replaces the names of Pinterest's API (`client_timestamp`) by those of this package (`clientTimestamp`).
 *
 * @returns the entry, and the fields that are given with both names
 */
function withOwnNames(
  value: unknown,
  rules: Readonly<Record<string, LogFieldRule>>,
  prefix = "",
): { entry: unknown; duplicates: LogProblem[] } {
  if (!isJsonObject(value)) return { entry: value, duplicates: [] };
  const ownNames = new Map(Object.entries(rules).map(([name, { wire }]) => [wire, name]));
  const fields = new Map<string, unknown>();
  const duplicates: LogProblem[] = [];
  for (const [given, content] of Object.entries(value)) {
    const name = ownNames.get(given) ?? given;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (fields.has(name)) {
      duplicates.push({ field: prefix + name, problem: `is also given as ${rule?.wire}; keep one of them` });
    }
    const inner =
      rule?.kind === "object" ? withOwnNames(content, rule.fields, `${prefix}${name}.`) : undefined;
    fields.set(name, inner === undefined ? content : inner.entry);
    duplicates.push(...(inner?.duplicates ?? []));
  }
  return { entry: Object.fromEntries(fields), duplicates };
}
