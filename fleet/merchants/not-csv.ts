import type { CsvError } from "csv-parse";

/** What the parser gives with its errors, and its types leave open. */
type ParserError = CsvError & {
  readonly lines: number;
  readonly record: readonly string[];
  readonly columns: readonly unknown[];
};

/** What keeps a list from being CSV, and where; the parser's own messages repeat what stands in the line. */
export function notCsv(error: CsvError): string {
  const { code, lines, record, columns } = error as ParserError;
  const line = `line ${lines} of the merchant list`;
  switch (code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return (
        `${line} has ${values(record.length)}, and ${columns.length} are wanted, one for each column that line 1 names: ` +
        "values are separated by commas, and one that holds a comma is put in quotation marks"
      );
    case "CSV_QUOTE_NOT_CLOSED":
      return `the merchant list ends at line ${lines} with a quotation mark that was opened there or before, and is not closed`;
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return (
        `${line} has a quotation mark beside other characters of a value: a value in quotation marks begins and ends with them, ` +
        "a comma separates it from the next, and a quotation mark within it is doubled"
      );
    default:
      return `${line} is not CSV (${code})`;
  }
}

function values(count: number): string {
  return `${count} ${count === 1 ? "value" : "values"}`;
}
