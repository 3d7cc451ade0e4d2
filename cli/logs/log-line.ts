import type { LogEntry } from "../../provider/api";
import { isJsonObject } from "../../provider/api/json";
import { type LogFieldRule, type LogProblem, logFields } from "../../provider/api/logs/fields";
import { prepareLog } from "../../provider/api/logs/report";
import { UsageError } from "../command-error";
import { counted } from "../text/counted";
import { type Line, maxLineBytes, splitLines } from "./input";

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

/**
 * Reads and checks the lines from a number on, except blank lines.
 *
 * @throws UsageError if the input ends before that line.
 */
export async function* readLogLines(
  chunks: AsyncIterable<Buffer>,
  fromLine: number,
): AsyncGenerator<LogLine> {
  let last = 0;
  for await (const line of splitLines(chunks)) {
    last = line.number;
    const logLine = last < fromLine ? undefined : parseLine(line);
    if (logLine !== undefined) yield logLine;
  }
  // The command that continues after the last line has the number of the line after it.
  if (last < fromLine - 1) {
    throw new UsageError(`--from-line ${fromLine}: the input has only ${counted(last, "line")}`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses a line, and checks its entry against Pinterest's limits; undefined for a blank line. */
function parseLine({ number, bytes }: Line): LogLine | undefined {
  const invalid = (problems: readonly LogProblem[], text?: string, isJson = false): LogLine => {
    return { number, isJson, problems, ...(text === undefined ? {} : { text }) };
  };
  if (bytes === undefined) {
    return invalid([{ problem: `the line is longer than ${maxLineBytes} bytes` }]);
  }
  let text: string;
  try {
    // This also removes a byte order mark.
    text = utf8.decode(bytes).trim();
  } catch {
    return invalid([{ problem: "the line is not valid UTF-8" }], bytes.toString("utf8"));
  }
  if (text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which can contain secrets.
    return invalid([{ problem: "the line is not valid JSON" }], text);
  }
  const duplicates: LogProblem[] = [];
  const entry = withOwnNames(value, logFields, "", duplicates);
  if (duplicates.length > 0) return invalid(duplicates, text, true);
  const { problems } = prepareLog(entry, 0);
  return problems === undefined
    ? { number, text, isJson: true, entry: entry as LogEntry, problems: [] }
    : invalid(problems, text, true);
}

type Rules = Readonly<Record<string, LogFieldRule>>;

/**
 * Replaces the names of Pinterest's API (`client_timestamp`) by those of this package (`clientTimestamp`).
 *
 * @param duplicates receives a problem for each field that is given with both names.
 */
function withOwnNames(value: unknown, rules: Rules, prefix: string, duplicates: LogProblem[]): unknown {
  if (!isJsonObject(value)) return value;
  const ownNames = new Map(Object.entries(rules).map(([name, { wire }]) => [wire, name]));
  const result = new Map<string, unknown>();
  for (const [given, content] of Object.entries(value)) {
    const name = ownNames.get(given) ?? given;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (result.has(name)) {
      duplicates.push({ field: prefix + name, problem: `is also given as ${rule?.wire}; keep one of them` });
    }
    result.set(
      name,
      rule?.kind === "object" ? withOwnNames(content, rule.fields, `${prefix}${name}.`, duplicates) : content,
    );
  }
  return Object.fromEntries(result);
}
