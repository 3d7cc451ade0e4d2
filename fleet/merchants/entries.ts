import type { Readable } from "node:stream";
import type { CsvError } from "csv-parse";
import { parseJson } from "../../provider/api/json";
import { describe, didYouMean, shownText } from "../../provider/api/message-text";
import { argumentNames, nearestArguments, problemWithName } from "../../provider/lifecycle/check";
import { computedNames } from "../../provider/lifecycle/outputs";
import { FleetError } from "../fleet-error";

/** An entry of a merchant list, not checked yet. */
export interface Entry {
  /** Its place, for messages: "line 12". */
  readonly place: string;
  readonly value: unknown;
}

/** The format of a list. */
export type ListForm = "jsonl" | "csv";

/**
 * Reads the entries of a list one by one, without a limit on its length.
 *
 * `jsonl` has one JSON object per line. `csv` has the names of the arguments in its first line; an empty field omits the argument, and
 * `adopt` is true or false.
 *
 * @throws FleetError on the first line that cannot be read.
 */
export function entriesOf(list: Readable, form: ListForm): AsyncIterable<Entry> {
  return form === "csv" ? csvEntries(list) : jsonEntries(list);
}

async function* jsonEntries(list: Readable): AsyncGenerator<Entry> {
  let line = 0;
  for await (const text of linesOf(list)) {
    line += 1;
    if (text.trim() === "") continue;
    const place = `line ${line}`;
    yield { place, value: parsed(text, place) };
  }
}

/** The lines of a stream. `readline` also splits at U+2028 and U+2029, which JSON strings may contain. */
async function* linesOf(list: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of list.setEncoding("utf8")) {
    // Of \r\n, the \r remains: JSON ignores it.
    const [first, ...more] = (chunk as string).split("\n");
    rest += first;
    for (const next of more) {
      yield rest;
      rest = next;
    }
  }
  yield rest;
}

function parsed(text: string, place: string): unknown {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new FleetError(
      `${place} of the merchant list is not JSON. Write one object per line, such as {"name": "shop", "externalBusinessId": "my-shop-1"}; ` +
        "`jq -c '.[]'` converts a JSON array",
    );
  }
  // `parseJson` would replace it, and change the merchant's ID.
  if (hasHalfOfPair(text)) {
    throw new FleetError(
      `${place} of the merchant list contains half of a surrogate pair, which is not Unicode: correct the \`\\ud…\` in it`,
    );
  }
  return value;
}

function hasHalfOfPair(json: string): boolean {
  if (!/\\ud[89a-f]/i.test(json)) return false;
  let found = false;
  JSON.parse(json, (key, value: unknown) => {
    found ||= !key.isWellFormed() || (typeof value === "string" && !value.isWellFormed());
    return value;
  });
  return found;
}

const flags: Readonly<Record<string, boolean>> = { true: true, false: false };

async function* csvEntries(list: Readable): AsyncGenerator<Entry> {
  // A list that cannot be opened fails before the parser is loaded. Without a listener, its error would end the process.
  list.on("error", () => {});
  const { CsvError, parse } = await import("csv-parse");
  let last = { lines: 0, empty_lines: 0 };
  const columns = (names: string[]) => {
    assertColumns(names);
    last = { lines: 1, empty_lines: 0 };
    return names;
  };
  const on_record = <T>(record: T, info: typeof last): T => {
    last = info;
    return record;
  };
  const options = { bom: true, info: true, trim: true, skip_empty_lines: true };
  const rows = list.pipe(parse({ columns, on_record, ...options }));
  // `pipe` does not forward errors.
  list.on("error", (error) => rows.destroy(error));
  if (list.errored) rows.destroy(list.errored);
  try {
    for await (const { record, info } of rows) {
      yield { place: `line ${info.lines}`, value: merchantIn(record) };
    }
  } catch (error) {
    throw error instanceof CsvError ? new FleetError(notCsv(error, last)) : error;
  }
}

function merchantIn(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, text]) => text !== "");
  return Object.fromEntries(
    given.map(([name, text]) => [name, name === "adopt" ? (flags[text] ?? text) : text]),
  );
}

/** Properties of the parser's errors that its types omit. */
type ParserError = CsvError & {
  readonly lines: number;
  readonly empty_lines: number;
  readonly record: readonly string[];
  readonly columns: readonly unknown[];
};

/**
 * Why a list is not valid CSV, and where. The parser's own messages would repeat the line.
 *
 * @param last the end of the last row. An unbalanced quotation mark in the next one continues the row up to a later line.
 */
function notCsv(error: CsvError, last: Pick<ParserError, "lines" | "empty_lines">): string {
  const { code, lines, empty_lines: emptyLines, record, columns } = error as ParserError;
  const line = (number: number) => `line ${number} of the merchant list`;
  const firstLine = Math.min(lines, last.lines + 1 + emptyLines - last.empty_lines);
  switch (code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return (
        `${line(lines)} has ${values(record.length)}, but line 1 names ${columns.length} columns. ` +
        "Separate values by commas, and put values that contain a comma in quotation marks"
      );
    case "CSV_QUOTE_NOT_CLOSED":
      return `${line(firstLine)} has a quotation mark that is not closed. Close it, and double each quotation mark within a value`;
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return (
        `${line(firstLine)} has a quotation mark next to other characters of a value, or one that is not closed. ` +
        "Put the whole value in quotation marks, and double each quotation mark within it"
      );
    default:
      return `${line(lines)} is not CSV (${code})`;
  }
}

function values(count: number): string {
  return `${count} ${count === 1 ? "value" : "values"}`;
}

/** The allowed names of columns. */
const allowedNames: readonly string[] = ["name", ...argumentNames];

/** Separators that other programs use instead of commas. */
const otherSeparators: Readonly<Record<string, string>> = { ";": "semicolons", "\t": "tabs", "|": "bars" };

/**
 * Checks the column names in the first line of a CSV list.
 *
 * @throws FleetError if one is not an argument of a merchant, or appears twice. The message shows no name that could be a value, for a list
 * without column names.
 */
function assertColumns(names: readonly string[]): void {
  const problem = separatorProblem(names) ?? namesProblem(names);
  if (problem !== undefined) throw new FleetError(`line 1 of the merchant list ${problem}`);
}

function separatorProblem([name, ...more]: readonly string[]): string | undefined {
  const [separator] = more.length === 0 ? (/[;\t|]/.exec(name ?? "") ?? []) : [];
  return separator === undefined
    ? undefined
    : `uses ${otherSeparators[separator]} as separators. Save the list with commas, as in name,externalBusinessId`;
}

function namesProblem(names: readonly string[]): string | undefined {
  const hasNames = names.some((name) => allowedNames.includes(name));
  const unknown = names.flatMap((name, index) => problemWithColumn(name, index + 1, hasNames) ?? []);
  const problems = [...unknown, ...duplicates(names)];
  return problems.length === 0
    ? undefined
    : `must name the columns, each once, separated by commas: ${problems.join(" ")} Allowed: ${allowedNames.join(", ")}`;
}

function problemWithColumn(name: string, position: number, hasNames: boolean): string | undefined {
  if (allowedNames.includes(name)) return undefined;
  if ((computedNames as readonly string[]).includes(name)) return `${problemWithName(name)}.`;
  // If no name is known, the line can contain values: `shop-1` is similar to `scopes`, but is not a misspelling of it.
  const isName = name !== "" && (hasNames || /^[a-z_ ]+$/i.test(name));
  const nearest = isName ? nearestArguments(name, allowedNames) : [];
  const what =
    isName && (hasNames || nearest.length > 0)
      ? `\`${shownText(name)}\``
      : `column ${position}, ${describe(name)},`;
  return `${what} is not an argument of a merchant${didYouMean(nearest, ".")}`;
}

function duplicates(names: readonly string[]): string[] {
  return allowedNames.flatMap((allowed) => {
    const times = names.filter((name) => name === allowed).length;
    return times > 1 ? [`\`${allowed}\` appears ${times} times.`] : [];
  });
}
