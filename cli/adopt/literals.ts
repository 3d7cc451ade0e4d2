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

interface SequenceLiteral extends Range {
  readonly kind: "sequence";
  readonly items: readonly Literal[];
}

interface LiteralMapping extends Range {
  readonly kind: "mapping";
  readonly entries: readonly Entry<Literal>[];
}

export type Literal = ScalarLiteral | SequenceLiteral | LiteralMapping;

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

/** The arguments of a declaration, of which some may be computed. */
export interface Arguments extends Range {
  readonly entries: readonly Entry[];
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
  remove(text: string, from: Arguments, entries: ReadonlySet<Entry>): readonly TextEdit[] | undefined;
}

/** The value of a literal. */
export function plainValue(literal: Literal): unknown {
  switch (literal.kind) {
    case "scalar":
      return literal.value;
    case "sequence":
      return literal.items.map(plainValue);
    case "mapping":
      return Object.fromEntries(literal.entries.map(({ key, value }) => [key, plainValue(value)]));
  }
}

/** The literal of a sequence; computed if an item is. */
export function sequenceOf(range: Range, items: readonly (Literal | Computed)[]): Literal | Computed {
  const computed = items.find((item): item is Computed => item.kind === "computed");
  return computed ?? { kind: "sequence", start: range.start, end: range.end, items: items as Literal[] };
}

/** The literal of a mapping; computed if a value is, or if a key appears twice. */
export function mappingOf(range: Range, entries: readonly Entry[]): Literal | Computed {
  const computed = entries
    .map(({ value }) => value)
    .find((value): value is Computed => value.kind === "computed");
  if (computed !== undefined) return computed;
  const { start, end } = range;
  if (new Set(entries.map(({ key }) => key)).size < entries.length) {
    return { kind: "computed", what: "a mapping with repeated keys", start, end };
  }
  return { kind: "mapping", start, end, entries: entries as Entry<Literal>[] };
}

/** The source of a new value in the style of the old one. Undefined if a comment is in the way. */
export function rewritten(text: string, old: Literal, value: unknown, dialect: Dialect): string | undefined {
  if (isDeepStrictEqual(plainValue(old), value)) return text.slice(old.start, old.end);
  if (old.kind === "scalar") {
    return typeof value === "object" && value !== null
      ? dialect.inline(value)
      : dialect.scalar(value as ScalarLiteral["value"], old);
  }
  if (old.kind === "sequence" && Array.isArray(value)) return rewrittenSequence(text, old, value, dialect);
  if (old.kind === "mapping" && isJsonObject(value)) return rewrittenMapping(text, old, value, dialect);
  return dialect.inline(value);
}

function rewrittenSequence(text: string, old: SequenceLiteral, value: readonly unknown[], dialect: Dialect) {
  const [example] = old.items;
  const style: ScalarLiteral | undefined = example?.kind === "scalar" ? example : undefined;
  const parts = value.map((item): string => {
    const kept = old.items.find((each) => isDeepStrictEqual(plainValue(each), item));
    if (kept !== undefined) return text.slice(kept.start, kept.end);
    return style !== undefined && typeof item === "string"
      ? dialect.scalar(item, style)
      : dialect.inline(item);
  });
  return joined(text, old, old.items, parts, dialect.inline(value));
}

function rewrittenMapping(
  text: string,
  old: LiteralMapping,
  value: Readonly<Record<string, unknown>>,
  dialect: Dialect,
): string | undefined {
  const kept = old.entries.filter(({ key }) => Object.hasOwn(value, key));
  const parts: string[] = [];
  for (const entry of kept) {
    const part = rewritten(text, entry.value, value[entry.key], dialect);
    if (part === undefined) return undefined;
    parts.push(text.slice(entry.start, entry.value.start) + part);
  }
  const known = new Set(kept.map(({ key }) => key));
  const added = Object.keys(value).filter((key) => !known.has(key));
  if (added.length === 0 && kept.length === old.entries.length)
    return betweenKept(text, old, old.entries, parts);
  for (const key of added) parts.push(`${dialect.key(key)}: ${dialect.inline(value[key])}`);
  return joined(text, old, old.entries, parts, dialect.inline(value));
}

/** The collection with new parts, and everything between them unchanged. */
function betweenKept(text: string, whole: Range, old: readonly Range[], parts: readonly string[]): string {
  let end = whole.start;
  const pieces = old.map((each, index) => {
    const piece = text.slice(end, each.start) + parts[index];
    end = each.end;
    return piece;
  });
  return pieces.join("") + text.slice(end, whole.end);
}

/** Characters between the parts of a collection without comments. */
const onlySeparators = /^[\s,[\]{}-]*$/;

/** The collection with other parts, between the separators of the old ones. Undefined if it has a comment. */
function joined(
  text: string,
  whole: Range,
  old: readonly Range[],
  parts: readonly string[],
  inline: string,
): string | undefined {
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined || parts.length === 0) return inline;
  const open = text.slice(whole.start, first.start);
  const close = text.slice(last.end, whole.end);
  const separators = old.slice(1).map(({ start }, index) => text.slice(old[index]?.end, start));
  if (![open, close, ...separators].every((each) => onlySeparators.test(each))) return undefined;
  return open + parts.join(separators[0] ?? separatorAfter(text, whole, open)) + close;
}

/** The separator of a collection that has one part only. */
function separatorAfter(text: string, { start }: Range, open: string): string {
  if (/^[[{]/.test(open)) return open.includes("\n") ? `,${open.slice(1)}` : ", ";
  const column = start - lineStart(text, start);
  return `${text.includes("\r\n") ? "\r\n" : "\n"}${" ".repeat(column)}${open}`;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

/** The number of the line, from 1. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** The rest of a line without code: whitespace and comments. Includes the line end. */
const restWithoutCode = /^[ \t]*(?:(?:\/\/|#).*|\/\*.*\*\/[ \t]*)?(?:\r?\n|$)/;

/** Removes whole lines of a mapping that has each entry on lines of its own. */
export function removeLines(text: string, _: Arguments, entries: ReadonlySet<Entry>): TextEdit[] | undefined {
  const edits = [...entries].map((entry) => ownLines(text, entry.start, entry.end));
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** The edit that removes the lines of a range with the comment at their end; undefined if they have other code. */
function ownLines(text: string, start: number, end: number): TextEdit | undefined {
  const begin = lineStart(text, start);
  const [rest] = restWithoutCode.exec(text.slice(end)) ?? [];
  if (rest === undefined || text.slice(begin, start).trim() !== "") return undefined;
  return { start: begin, end: end + rest.length, text: "" };
}

/** Removes entries of a mapping that separates them by commas. */
export function removeBetweenCommas(
  text: string,
  { entries }: Arguments,
  removed: ReadonlySet<Entry>,
): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  const lastKept = entries.findLastIndex((entry) => !removed.has(entry));
  const kept = entries[lastKept];
  const last = entries.at(-1);
  if (kept === undefined || last === undefined) return undefined;
  const isAtEnd = kept !== last && !/^\s*,/.test(text.slice(last.end));
  const gaps = entries
    .slice(lastKept + 1)
    .map(({ start }, index) => text.slice(entries[lastKept + index]?.end, start));
  const isTail = isAtEnd && gaps.every((gap) => /^\s*,\s*$/.test(gap));
  if (isTail) edits.push({ start: kept.end, end: last.end, text: "" });
  for (const [index, entry] of entries.entries()) {
    if (!removed.has(entry) || (isTail && index > lastKept)) continue;
    const [comma] = /^\s*,/.exec(text.slice(entry.end)) ?? [];
    if (comma === undefined && entry !== last) return undefined;
    const end = entry.end + (comma?.length ?? 0);
    const [spaces = ""] = /^[ \t]*/.exec(text.slice(end)) ?? [];
    edits.push(
      ownLines(text, entry.start, end) ?? { start: entry.start, end: end + spaces.length, text: "" },
    );
  }
  return edits;
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((one, other) => one.start - other.start);
  let end = 0;
  const pieces = sorted.map((edit) => {
    const piece = text.slice(end, edit.start) + edit.text;
    end = edit.end;
    return piece;
  });
  return pieces.join("") + text.slice(end);
}
