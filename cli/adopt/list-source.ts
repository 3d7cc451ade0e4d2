import { extname } from "node:path";
import { integrationFields, isFieldName } from "../../provider/api";
import { parseIfJson, parseJson } from "../../provider/base/json";
import { CommandError, UsageError } from "../../stack/command-error";
import {
  type Dialect,
  type Entry,
  entryOf,
  type Literal,
  lineOf,
  removeBetweenCommas,
  type ScalarLiteral,
} from "./literals";
import { type Found, readSource, type Source, type SourceFile } from "./sources";

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
  try {
    const file = readSource(path, path);
    read(file);
    return { files: [file], read, missing: "the list has no merchant of this name" };
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
  if (name?.kind !== "scalar" || typeof name.value !== "string") return [];
  const start = entries[0]?.start ?? 0;
  return [[name.value, { file, start, entries, dialect, argumentOf: valueInList }]];
}

function jsonLines(file: SourceFile): [string, Found][] {
  let start = 0;
  return file.text.split("\n").flatMap((line, index) => {
    const at = start;
    start += line.length + 1;
    if (line.replace("\ufeff", "").trim() === "") return [];
    assertJson(line, `line ${index + 1}`);
    return jsonMerchant(file, jsonLiteral(file.text, at));
  });
}

function jsonArray(file: SourceFile): [string, Found][] {
  assertJson(file.text, "it");
  const list = jsonLiteral(file.text, 0);
  if (list.kind !== "sequence") throw new Error("it is not an array of merchants");
  return list.entries.flatMap(({ value }) => jsonMerchant(file, value));
}

function jsonMerchant(file: SourceFile, literal: Literal): [string, Found][] {
  return literal.kind === "mapping" ? declarationOf(file, literal.entries, jsonDialect) : [];
}

function assertJson(text: string, subject: string): void {
  // The parser's message would repeat the text, which can have secrets.
  if (parseIfJson(text.replace("\ufeff", "")) === undefined) throw new Error(`${subject} is not JSON`);
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
  const isMapping = text[start] === "{";
  if (!isMapping && text[start] !== "[") {
    const isString = text[start] === '"';
    const token = matchAt(isString ? jsonString : jsonWord, text, start);
    // As the list is read: long integers are strings.
    const value = parseJson(token, { keepsSurrogates: true }) as ScalarLiteral["value"];
    return { kind: "scalar", value, quote: isString ? '"' : "", start, end: start + token.length };
  }
  const entries: Entry<Literal>[] = [];
  let next = skipSpace(text, start + 1);
  while (text[next] !== (isMapping ? "}" : "]")) {
    const key = isMapping ? matchAt(jsonString, text, next) : "";
    const value = jsonLiteral(text, isMapping ? skipSpace(text, next + key.length) + 1 : next);
    entries.push(entryOf(isMapping ? JSON.parse(key) : "", value, next));
    const end = skipSpace(text, value.end);
    next = text[end] === "," ? skipSpace(text, end + 1) : end;
  }
  return { kind: isMapping ? "mapping" : "sequence", start, end: next + 1, entries };
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (/[\s\ufeff]/.test(text.charAt(next))) next++;
  return next;
}

const jsonDialect: Dialect = {
  scalar: (value) => JSON.stringify(value),
  inline: (value) => JSON.stringify(value),
  key: (name) => JSON.stringify(name),
  remove: removeBetweenCommas,
};

/** A cell, without the whitespace around it, and the delimiter after it. Quotation marks in it are doubled: ` "a ""b""" ,` has the cell `"a ""b"""`. */
const csvCell = /[ \t]*("[^"]*(?:""[^"]*)*"|[^",\r\n]*?)[ \t]*(,|\r?\n|\r|$)/dy;

function csvRows(file: SourceFile): [string, Found][] {
  const [head, ...rows] = csvCells(file.text);
  const names = head?.map(({ value }) => value);
  if (names !== undefined && !names.includes("name")) throw new Error("its first line has no column `name`");
  return rows.flatMap((cells) => {
    if (cells.length !== names?.length)
      throw new Error(
        `line ${lineOf(file.text, cells.at(-1)?.start ?? 0)} has ${cells.length} values, but the first line names ${names?.length} columns`,
      );
    const entries = cells.map((cell, index) => entryOf(String(names[index]), cell));
    const given = entries.filter(({ value }) => value.value !== "");
    return declarationOf(file, given, csvDialect);
  });
}

/** The cells of each row that is not empty. */
function csvCells(text: string): ScalarLiteral[][] {
  const rows: ScalarLiteral[][] = [[]];
  csvCell.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  // The last cell can be empty: `a,b,` has three.
  while (csvCell.lastIndex < text.length || text.endsWith(",")) {
    const at = csvCell.lastIndex;
    const match = csvCell.exec(text);
    const [start, end] = match?.indices?.[1] ?? [];
    if (match === null || start === undefined || end === undefined)
      throw new Error(`line ${lineOf(text, at)} is not valid CSV`);
    const [, cell = "", delimiter] = match;
    const quote = cell.startsWith('"') ? '"' : "";
    const value = quote === "" ? cell : cell.slice(1, -1).replaceAll('""', '"').trim();
    rows.at(-1)?.push({ kind: "scalar", value, quote, start, end });
    if (delimiter === "") break;
    if (delimiter !== ",") rows.push([]);
  }
  return rows.filter((cells) => cells.length > 1 || (cells[0]?.value ?? "") !== "");
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
