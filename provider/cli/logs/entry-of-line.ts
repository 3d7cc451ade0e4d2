import type { LogEntry } from "../../pinterest";
import type { LogProblem } from "../../pinterest/logs";
import { prepareLog } from "../../pinterest/logs/prepare";
import { type Line, maxLineBytes } from "./line-splitter";
import type { RejectedLine } from "./rejections";
import { inOurNames } from "./wire-names";

/** What a line holds. */
export type LineContent =
  | { readonly kind: "blank" }
  /** An entry, and the bytes that it takes in a request. */
  | { readonly kind: "entry"; readonly entry: LogEntry; readonly bytes: number; readonly text: string }
  | FaultyLine;

/** No entry that could be sent. */
interface FaultyLine {
  readonly kind: "faulty";
  readonly problems: readonly LogProblem[];
  readonly text?: string;
  /** Whether the text is JSON. */
  readonly json: boolean;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a line, and checks its entry by all that is known of Pinterest's limits. */
export function entryOfLine({ bytes }: Line): LineContent {
  if (bytes === undefined) {
    return faulty([{ problem: `the line is longer than ${maxLineBytes} bytes` }]);
  }
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
  } catch {
    return faulty([{ problem: "the line is no UTF-8" }], bytes.toString("utf8"));
  }
  if (text === "") return { kind: "blank" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    return faulty([{ problem: "the line is no JSON" }], text);
  }
  const { value: entry, problems: naming } = inOurNames(value);
  if (naming.length > 0) return faulty(naming, text, true);
  const { outgoing, problems } = prepareLog(entry, 0);
  return outgoing === undefined
    ? faulty(problems, text, true)
    : { kind: "entry", entry: entry as LogEntry, bytes: outgoing.bytes, text };
}

/** A line that is no entry, as it is told of. */
export function rejectedLine({ start }: Line, { problems, text, json }: FaultyLine): RejectedLine {
  const faults = problems.map(({ field, problem }) => ({ field, reason: problem }));
  return { line: start.line, faults, text, json };
}

function faulty(problems: readonly LogProblem[], text?: string, json = false): LineContent {
  return { kind: "faulty", problems, json, ...(text === undefined ? {} : { text }) };
}
