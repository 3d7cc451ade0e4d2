import type { Readable } from "node:stream";
import { parseJson } from "../../provider/api/json";
import { FleetError } from "../fleet-error";
import { assertColumns } from "./columns";
import { notCsv } from "./not-csv";

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
  const columns = (names: string[]) => {
    assertColumns(names);
    return names;
  };
  const rows = list.pipe(parse({ columns, bom: true, info: true, trim: true, skip_empty_lines: true }));
  // `pipe` does not forward errors.
  list.on("error", (error) => rows.destroy(error));
  if (list.errored) rows.destroy(list.errored);
  try {
    for await (const { record, info } of rows) {
      yield { place: `line ${info.lines}`, value: merchantIn(record) };
    }
  } catch (error) {
    throw error instanceof CsvError ? new FleetError(notCsv(error)) : error;
  }
}

function merchantIn(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, text]) => text !== "");
  return Object.fromEntries(
    given.map(([name, text]) => [name, name === "adopt" ? (flags[text] ?? text) : text]),
  );
}
