import type { Readable } from "node:stream";
import type { CsvError } from "csv-parse";
import { parseJson } from "../../provider/base/json";
import { linesOf } from "../../provider/base/lines";
import { didYouMean, shownText } from "../../provider/base/message-text";
import { argumentNames, nearestArguments } from "../../provider/lifecycle/check";
import { FleetError } from "../fleet-error";

/** An entry of a merchant list, not checked yet. */
export interface Entry {
  /** Its place, for messages: "line 12". */
  readonly place: string;
  readonly value: unknown;
}

export type ListFormat = "jsonl" | "csv";

/**
 * The entries of a list, one by one: JSON lines, or CSV with the names of the arguments in the first line. An empty CSV value omits the argument.
 *
 * @throws FleetError on the first line that cannot be read.
 */
export function entriesOf(list: Readable, format: ListFormat): AsyncIterable<Entry> {
  return format === "csv" ? csvEntries(list) : jsonEntries(list);
}

async function* jsonEntries(list: Readable): AsyncGenerator<Entry> {
  let line = 0;
  for await (const text of linesOf(list)) {
    line += 1;
    if (text.trim() === "") continue;
    try {
      yield { place: `line ${line}`, value: parseJson(text, { keepsSurrogates: true }) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new FleetError(
        `line ${line} of the merchant list is not JSON. Write one object per line, such as {"name": "shop", "externalBusinessId": "my-shop-1"}; ` +
          "`jq -c '.[]'` converts a JSON array",
      );
    }
  }
}

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
    for await (const { record, info } of rows)
      yield { place: `line ${info.lines}`, value: merchantIn(record) };
    if (last.lines === 0)
      throw new FleetError(
        "the merchant list is empty. Write the names of its columns in line 1, as in name,externalBusinessId",
      );
  } catch (error) {
    throw error instanceof CsvError ? new FleetError(notCsv(error as ParserError, last)) : error;
  }
}

/** Values of `adopt`. psql prints t and f. */
const flags: Readonly<Record<string, boolean>> = { true: true, t: true, false: false, f: false };

function merchantIn(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, text]) => text !== "");
  return Object.fromEntries(
    given.map(([name, text]) => [name, name === "adopt" ? (flags[text] ?? text) : text]),
  );
}

/** The parser's errors, with properties that its types omit. */
type ParserError = CsvError & {
  readonly lines: number;
  readonly empty_lines: number;
  readonly record: readonly string[];
  readonly columns: readonly unknown[];
};

/**
 * The reason why a list is not valid CSV, and where. The parser's own messages would repeat the line.
 *
 * @param last the end of the last row. An unbalanced quotation mark in the next one continues the row up to a later line.
 */
function notCsv(
  { code, lines, empty_lines: emptyLines, record, columns }: ParserError,
  last: Pick<ParserError, "lines" | "empty_lines">,
): string {
  if (code === "CSV_RECORD_INCONSISTENT_COLUMNS") {
    return (
      `line ${lines} of the merchant list has ${record.length} values, but line 1 names ${columns.length} columns. ` +
      "Separate values by commas, and put values that contain a comma in quotation marks"
    );
  }
  const firstLine = Math.min(lines, last.lines + 1 + emptyLines - last.empty_lines);
  return code.includes("QUOTE")
    ? `line ${firstLine} of the merchant list has a quotation mark next to other characters of a value, or one that is not closed. ` +
        "Put the whole value in quotation marks, and double each one within it"
    : `line ${firstLine} of the merchant list is not valid CSV (${code})`;
}

const allowedNames: readonly string[] = ["name", ...argumentNames];

/** @throws FleetError if a column is not an argument, or appears twice. A line without names can have secrets, so that none of it is shown. */
function assertColumns(names: readonly string[]): void {
  if (names.length === 1 && /[;\t|]/.test(names[0] ?? "")) {
    throw new FleetError(
      "line 1 of the merchant list has no commas. Save the list with commas as separators, as in name,externalBusinessId",
    );
  }
  const hasNames = names.some((name) => allowedNames.includes(name));
  const problems = names.flatMap((name, index) => {
    const column = `column ${index + 1}${hasNames && name !== "" ? ` (\`${shownText(name)}\`)` : ""}`;
    if (!allowedNames.includes(name)) {
      return [
        `${column} is not an argument of a merchant${didYouMean(nearestArguments(name, allowedNames), ".")}`,
      ];
    }
    return names.indexOf(name) < index ? [`${column} repeats an earlier one.`] : [];
  });
  if (problems.length === 0) return;
  throw new FleetError(
    `line 1 of the merchant list must name the columns, each once, separated by commas: ${problems.join(" ")} Allowed: ${allowedNames.join(", ")}`,
  );
}
