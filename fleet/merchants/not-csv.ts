import type { CsvError } from "csv-parse";

/** Properties of the parser's errors that its types omit. */
type ParserError = CsvError & {
  readonly lines: number;
  readonly record: readonly string[];
  readonly columns: readonly unknown[];
};

/** Why a list is not valid CSV, and where. The parser's own messages would repeat the line. */
export function notCsv(error: CsvError): string {
  const { code, lines, record, columns } = error as ParserError;
  const line = `line ${lines} of the merchant list`;
  switch (code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return (
        `${line} has ${values(record.length)}, but line 1 names ${columns.length} columns. ` +
        "Separate values by commas, and put values that contain a comma in quotation marks"
      );
    case "CSV_QUOTE_NOT_CLOSED":
      return `the merchant list ends at line ${lines} inside quotation marks, which that line or an earlier one opened`;
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return (
        `${line} has a quotation mark next to other characters of a value. Put the whole value in quotation marks, ` +
        "and double each quotation mark within it"
      );
    default:
      return `${line} is not CSV (${code})`;
  }
}

function values(count: number): string {
  return `${count} ${count === 1 ? "value" : "values"}`;
}
