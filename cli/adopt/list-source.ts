import { extname } from "node:path";
import { integrationFields, isFieldName } from "../../provider/api";
import { parseJson } from "../../provider/base/json";
import { CommandError, UsageError } from "../../stack/command-error";
import {
  type Dialect,
  type Entry,
  type Literal,
  lineOf,
  removeBetweenCommas,
  type ScalarLiteral,
} from "./literals";
import { type Finder, type Found, finderOf, readSource, type Source, type SourceFile } from "./sources";

type Reader = (file: SourceFile) => [name: string, found: Found][];

const readers: Readonly<Record<string, Reader>> = {
  ".csv": csvRows,
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
  ".json": jsonArray,
};

/**
 * A merchant list in a file.
 *
 * @throws UsageError for an unknown format; CommandError if the file cannot be read, or is not a list of its format.
 */
export function listSource(path: string): Source {
  const read = readers[extname(path).toLowerCase()];
  if (read === undefined) {
    throw new UsageError(
      `--adopt: the merchant list must end in ${Object.keys(readers).join(", ")}, but is ${path}`,
    );
  }
  const finderIn = ([file, ...others]: readonly SourceFile[]): Finder =>
    file === undefined
      ? finderOf([], { reason: "there is no list" })
      : finderOf([file, ...others].flatMap(read), { reason: "the list has no merchant of this name", file });
  try {
    const files = [readSource(path, path)];
    finderIn(files);
    return { files, finderIn };
  } catch (error) {
    throw new CommandError(`--adopt: cannot read the merchant list ${path}: ${(error as Error).message}`);
  }
}

/** In a list, an expiry can be a string of digits. */
function valueInList(name: string, value: unknown): unknown {
  const isExpiry = isFieldName(name) && integrationFields[name].kind === "expiry";
  return isExpiry && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function declarationOf(file: SourceFile, entries: readonly Entry[], dialect: Dialect): [string, Found][] {
  const name = entries.findLast(({ key }) => key === "name")?.value;
  const [start, end] = [entries[0]?.start ?? 0, entries.at(-1)?.end ?? 0];
  if (name?.kind !== "scalar" || typeof name.value !== "string") return [];
  return [
    [name.value, { file, start, arguments: { start, end, entries }, dialect, argumentOf: valueInList }],
  ];
}

function jsonLines(file: SourceFile): [string, Found][] {
  let at = 0;
  return file.text.split("\n").flatMap((line, index) => {
    const start = at;
    at += line.length + 1;
    if (line.replace("\ufeff", "").trim() === "") return [];
    return jsonMerchant(file, start, line, `line ${index + 1}`);
  });
}

function jsonArray(file: SourceFile): [string, Found][] {
  assertJson(file.text, "it");
  const list = jsonLiteral(file.text, 0);
  if (list.kind !== "sequence") throw new Error("it is not an array of merchants");
  return list.items.flatMap((item) =>
    item.kind === "mapping" ? declarationOf(file, item.entries, jsonDialect) : [],
  );
}

function jsonMerchant(file: SourceFile, start: number, line: string, place: string): [string, Found][] {
  assertJson(line, place);
  const literal = jsonLiteral(file.text, start);
  return literal.kind === "mapping" ? declarationOf(file, literal.entries, jsonDialect) : [];
}

function assertJson(text: string, subject: string): void {
  try {
    JSON.parse(text.replace("\ufeff", ""));
  } catch {
    // The parser's message would repeat the text, which can have secrets.
    throw new Error(`${subject} is not JSON`);
  }
}

const jsonString = /"(?:[^"\\]|\\.)*"/y;
const jsonWord = /[^\s,\]}]+/y;

function matchAt(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? "";
}

/** A value in valid JSON, with the places of its parts. */
function jsonLiteral(text: string, at: number): Literal {
  const start = skipSpace(text, at);
  switch (text[start]) {
    case "{": {
      const entries: Entry<Literal>[] = [];
      let next = skipSpace(text, start + 1);
      while (text[next] !== "}") {
        const key = matchAt(jsonString, text, next);
        const value = jsonLiteral(text, skipSpace(text, next + key.length) + 1);
        entries.push({ key: JSON.parse(key), value, start: next, end: value.end });
        next = skipComma(text, value.end);
      }
      return { kind: "mapping", start, end: next + 1, entries };
    }
    case "[": {
      const items: Literal[] = [];
      let next = skipSpace(text, start + 1);
      while (text[next] !== "]") {
        const item = jsonLiteral(text, next);
        items.push(item);
        next = skipComma(text, item.end);
      }
      return { kind: "sequence", start, end: next + 1, items };
    }
    default: {
      const isString = text[start] === '"';
      const token = matchAt(isString ? jsonString : jsonWord, text, start);
      // As the list is read: long integers are strings.
      const value = parseJson(token, { keepsSurrogates: true }) as ScalarLiteral["value"];
      return { kind: "scalar", value, quote: isString ? '"' : "", start, end: start + token.length };
    }
  }
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (/[\s\ufeff]/.test(text.charAt(next))) next++;
  return next;
}

function skipComma(text: string, at: number): number {
  const next = skipSpace(text, at);
  return text[next] === "," ? skipSpace(text, next + 1) : next;
}

const jsonDialect: Dialect = {
  scalar: (value, { quote }) =>
    typeof value === "number" && quote !== "" ? `"${value}"` : JSON.stringify(value),
  inline: (value) => JSON.stringify(value),
  key: (name) => JSON.stringify(name),
  remove: removeBetweenCommas,
};

/** A cell, without the whitespace around it, and the delimiter after it. Quotation marks in it are doubled. */
const csvCell = /[ \t]*("[^"]*(?:""[^"]*)*"|[^",\r\n]*?)[ \t]*(,|\r?\n|\r|$)/dy;

function csvRows(file: SourceFile): [string, Found][] {
  const { text } = file;
  let names: readonly string[] | undefined;
  let row: ScalarLiteral[] = [];
  const found: [string, Found][] = [];
  csvCell.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  for (let isEnd = text === ""; !isEnd; ) {
    const at = csvCell.lastIndex;
    const match = csvCell.exec(text);
    const [start, end] = match?.indices?.[1] ?? [];
    if (match === null || start === undefined || end === undefined)
      throw new Error(`line ${lineOf(text, at)} is not valid CSV`);
    const [, cell = "", delimiter] = match;
    const quote = cell.startsWith('"') ? '"' : "";
    const value = quote === "" ? cell : cell.slice(1, -1).replaceAll('""', '"').trim();
    row.push({ kind: "scalar", value, quote, start, end });
    if (delimiter === ",") continue;
    isEnd = delimiter === "" || csvCell.lastIndex === text.length;
    const cells = row;
    row = [];
    if (cells.length === 1 && cells[0]?.value === "") continue;
    if (names === undefined) {
      names = cells.map((each) => String(each.value));
      if (!names.includes("name")) throw new Error("its first line has no column `name`");
      continue;
    }
    if (cells.length !== names.length)
      throw new Error(
        `line ${lineOf(text, at)} has ${cells.length} values, but the first line names ${names.length} columns`,
      );
    const columns = names;
    const entries = cells.map((each, index) => ({
      key: columns[index] ?? "",
      value: each,
      start: each.start,
      end: each.end,
    }));
    found.push(
      ...declarationOf(
        file,
        entries.filter(({ value: given }) => given.value !== ""),
        csvDialect,
      ),
    );
  }
  return found;
}

const csvDialect: Dialect = {
  scalar: (value, { quote }) => {
    const cell = String(value);
    return quote === "" && !/[",\r\n]/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`;
  },
  inline: (value) => JSON.stringify(value),
  key: (name) => name,
  // An empty cell omits the argument.
  remove: (_text, _row, entries) =>
    [...entries].map(({ start, end, value }) => ({
      start,
      end,
      text: value.kind === "scalar" ? value.quote.repeat(2) : "",
    })),
};
