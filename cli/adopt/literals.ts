import { isDeepStrictEqual } from "node:util";
import { isJsonObject } from "../../provider/base/json";

/** Literals in source code, with their places, and edits that keep the formatting around them. */

/** A range of a text. */
interface Range {
  readonly start: number;
  readonly end: number;
}

export interface ScalarLiteral extends Range {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The quotation mark; empty without one. */
  readonly quote: string;
}

/** A list or a mapping. The keys of a list are empty. */
interface Collection extends Range {
  readonly kind: "sequence" | "mapping";
  readonly entries: readonly Entry<Literal>[];
}

export type Literal = ScalarLiteral | Collection;

/** A value that only running the program gives. */
export interface Computed extends Range {
  readonly kind: "computed";
  /** What it is, as a noun: "a variable". */
  readonly what: string;
}

/** A key with its value. */
export interface Entry<Value = Literal | Computed> extends Range {
  readonly key: string;
  readonly value: Value;
}

/** @param start of a mapping's entry: where its key starts */
export function entryOf<Value extends Range>(key: string, value: Value, start = value.start): Entry<Value> {
  return { key, value, start, end: value.end };
}

/** Replacement of a range of a text. */
export interface TextEdit extends Range {
  readonly text: string;
}

/** How a language writes values. */
export interface Dialect {
  /** A string, number, boolean or null in the style of the literal that it replaces. */
  scalar(value: ScalarLiteral["value"], old: ScalarLiteral): string;
  /** Any value in one line. */
  inline(value: unknown): string;
  /** A key of a mapping. */
  key(name: string): string;
  /** The edits that remove entries; undefined if a comment is in the way. */
  remove(text: string, all: readonly Entry[], removed: ReadonlySet<Entry>): readonly TextEdit[] | undefined;
}

/** The value of a literal. */
export function plainValue(literal: Literal): unknown {
  if (literal.kind === "scalar") return literal.value;
  const entries = literal.entries.map(({ key, value }) => [key, plainValue(value)] as const);
  return literal.kind === "sequence" ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** The literal of a collection; computed if a value is, or if a key appears twice. */
export function collectionOf(
  kind: Collection["kind"],
  { start, end }: Range,
  entries: readonly Entry[],
): Literal | Computed {
  const computed = entries.map(({ value }) => value).find((value) => value.kind === "computed");
  if (computed !== undefined) return computed;
  if (kind === "mapping" && new Set(entries.map(({ key }) => key)).size < entries.length) {
    return { kind: "computed", what: "a mapping with repeated keys", start, end };
  }
  return { kind, start, end, entries: entries as Entry<Literal>[] };
}

/** The source of a new value in the style of the old one. Undefined if a comment is in the way. */
export function rewritten(text: string, old: Literal, value: unknown, dialect: Dialect): string | undefined {
  if (isDeepStrictEqual(plainValue(old), value)) return text.slice(old.start, old.end);
  if (old.kind === "scalar" && typeof value !== "object") {
    return dialect.scalar(value as ScalarLiteral["value"], old);
  }
  if (old.kind === "sequence" && Array.isArray(value)) return rewrittenSequence(text, old, value, dialect);
  if (old.kind === "mapping" && isJsonObject(value)) return rewrittenMapping(text, old, value, dialect);
  return dialect.inline(value);
}

/** Keeps the source of equal items: `['a', "b"]` with the value b and c gives `["b", 'c']`. */
function rewrittenSequence(text: string, old: Collection, value: readonly unknown[], dialect: Dialect) {
  const [example] = old.entries.map((entry) => entry.value);
  const parts = value.map((item): string => {
    const kept = old.entries.find((entry) => isDeepStrictEqual(plainValue(entry.value), item));
    if (kept !== undefined) return text.slice(kept.start, kept.end);
    return example?.kind === "scalar" && typeof item === "string"
      ? dialect.scalar(item, example)
      : dialect.inline(item);
  });
  return joined(text, old, parts, dialect.inline(value));
}

/**
 * Keeps the source of the old keys. With the value a = 1, b = 3 and c = 4:
 *
 *     { a: 1,  b: 2 }
 *     { a: 1,  b: 3,  c: 4 }
 */
function rewrittenMapping(
  text: string,
  old: Collection,
  value: Readonly<Record<string, unknown>>,
  dialect: Dialect,
): string | undefined {
  const edits: TextEdit[] = [];
  for (const entry of old.entries.filter(({ key }) => Object.hasOwn(value, key))) {
    const part = rewritten(text, entry.value, value[entry.key], dialect);
    if (part === undefined) return undefined;
    edits.push({
      start: entry.start,
      end: entry.end,
      text: text.slice(entry.start, entry.value.start) + part,
    });
  }
  const added = Object.keys(value).filter((name) => !old.entries.some(({ key }) => key === name));
  if (added.length === 0 && edits.length === old.entries.length) return applyEdits(text, edits, old);
  const parts = [
    ...edits.map((edit) => edit.text),
    ...added.map((key) => `${dialect.key(key)}: ${dialect.inline(value[key])}`),
  ];
  return joined(text, old, parts, dialect.inline(value));
}

/** Characters between the parts of a collection without comments. */
const onlySeparators = /^[\s,[\]{}-]*$/;

/**
 * The collection with other parts, between the separators of the old ones. Undefined if it has a comment. With the parts c, d and e:
 *
 *     [ a,  b ]
 *     [ c,  d,  e ]
 *
 * Here, `open` is "[ ", the separator is ",  ", and `close` is " ]".
 */
function joined(text: string, old: Collection, parts: readonly string[], inline: string): string | undefined {
  const [first, last] = [old.entries[0], old.entries.at(-1)];
  if (first === undefined || last === undefined || parts.length === 0) return inline;
  const open = text.slice(old.start, first.start);
  const close = text.slice(last.end, old.end);
  const separators = old.entries
    .slice(1)
    .map(({ start }, index) => text.slice(old.entries[index]?.end, start));
  if (![open, close, ...separators].every((each) => onlySeparators.test(each))) return undefined;
  return open + parts.join(separators[0] ?? separatorAfter(text, old, open)) + close;
}

/**
 * The separator of a collection that has one part only, by what is before the part:
 *
 *     "["                     ", "
 *     "[", line end, "  "     ",", line end, "  "
 *     "- " in column 4        line end, four spaces, "- "
 */
function separatorAfter(text: string, { start }: Range, open: string): string {
  if (/^[[{]/.test(open)) return open.includes("\n") ? `,${open.slice(1)}` : ", ";
  const column = start - lineStart(text, start);
  return `${text.includes("\r\n") ? "\r\n" : "\n"}${" ".repeat(column)}${open}`;
}

/** The offset at which the line of another offset starts. */
function lineStart(text: string, at: number): number {
  return text.slice(0, at).lastIndexOf("\n") + 1;
}

/** The number of the line, from 1. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** The rest of a line without code: whitespace and a comment, such as " // two". Includes the line end. */
const restWithoutCode = /^[ \t]*(?:(?:\/\/|#).*|\/\*.*\*\/[ \t]*)?(?:\r?\n|$)/;

/**
 * Removes whole lines of a mapping that has each entry on lines of its own. Without b:
 *
 *     a: 1
 *     b: 2 # two
 *     c: 3
 *
 *     a: 1
 *     c: 3
 */
export function removeLines(
  text: string,
  _: readonly Entry[],
  removed: ReadonlySet<Entry>,
): TextEdit[] | undefined {
  const edits = [...removed].map((entry) => ownLines(text, entry.start, entry.end));
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** The edit that removes the lines of a range with the comment at their end; undefined if they have other code. */
function ownLines(text: string, start: number, end: number): TextEdit | undefined {
  const begin = lineStart(text, start);
  const [rest] = restWithoutCode.exec(text.slice(end)) ?? [];
  if (rest === undefined || text.slice(begin, start).trim() !== "") return undefined;
  return { start: begin, end: end + rest.length, text: "" };
}

/** Removes entries of a mapping that separates them by commas. Undefined if none would remain, or if other code or a comment is in the way. */
export function removeBetweenCommas(
  text: string,
  entries: readonly Entry[],
  removed: ReadonlySet<Entry>,
): TextEdit[] | undefined {
  const lastKept = entries.findLastIndex((entry) => !removed.has(entry));
  if (lastKept === -1) return undefined;
  const tail = removeTail(text, entries.slice(lastKept));
  const others = tail === undefined ? entries : entries.slice(0, lastKept);
  const edits = others
    .filter((entry) => removed.has(entry))
    .map((entry) => removeWithComma(text, entry, entry === entries.at(-1)));
  const all = tail === undefined ? edits : [tail, ...edits];
  return all.every((edit) => edit !== undefined) ? all : undefined;
}

/**
 * Removes all entries at the end except the first one, with the comma before each. Undefined if a comma follows them, or a comment is between them.
 *
 *     { a: 1, b: 2 }      { a: 1 }
 */
function removeTail(text: string, entries: readonly Entry[]): TextEdit | undefined {
  const [kept, last] = [entries[0], entries.at(-1)];
  if (kept === undefined || last === undefined || kept === last) return undefined;
  if (/^\s*,/.test(text.slice(last.end))) return undefined;
  const gaps = entries.slice(1).map(({ start }, index) => text.slice(entries[index]?.end, start));
  return gaps.every((gap) => /^\s*,\s*$/.test(gap))
    ? { start: kept.end, end: last.end, text: "" }
    : undefined;
}

/**
 * Removes an entry with the comma and the spaces after it, or its whole line. Undefined if something other than a comma follows, except after the last one.
 *
 *     { a: 1, b: 2, }          { a: 1, }
 *     { a: 1, b: 2, c: 3 }     { a: 1, c: 3 }
 */
function removeWithComma(text: string, entry: Entry, isLast: boolean): TextEdit | undefined {
  const [comma] = /^\s*,/.exec(text.slice(entry.end)) ?? [];
  if (comma === undefined && !isLast) return undefined;
  const end = entry.end + (comma?.length ?? 0);
  const [spaces = ""] = /^[ \t]*/.exec(text.slice(end)) ?? [];
  return ownLines(text, entry.start, end) ?? { start: entry.start, end: end + spaces.length, text: "" };
}

/** Applies edits that do not overlap to a part of a text: "X" for 1 to 3 in "abcd" gives "aXd". @default the whole text */
export function applyEdits(
  text: string,
  edits: readonly TextEdit[],
  { start, end }: Range = { start: 0, end: text.length },
): string {
  const sorted = [...edits].sort((one, other) => one.start - other.start);
  let done = start;
  const pieces = sorted.map((edit) => {
    const piece = text.slice(done, edit.start) + edit.text;
    done = edit.end;
    return piece;
  });
  return pieces.join("") + text.slice(done, end);
}
