import { columns, lineWidth, propertyKey, stringLiteral } from "./program-text-literal";

const step = "  ";

/** The shortest name of a property that formatters part from a string too long for its line. */
const shortestParted = 5;

/** `key: value,` with as many lines as it needs, as formatters would set it. */
export function propertyLines(key: string, value: unknown, indent: string): string[] {
  const name = propertyKey(key);
  const [first = "", ...rest] = valueLines(value, indent, columns(name) + ": ".length);
  const line = `${indent}${name}: ${first}`;
  const isParted = typeof value === "string" && columns(name) >= shortestParted && columns(line) >= lineWidth;
  const lines = isParted ? [`${indent}${name}:`, `${indent}${step}${first}`] : [line, ...rest];
  return withComma(lines);
}

/**
 * A value of JSON in JavaScript, the first line without its indentation.
 *
 * @param before how many columns stand on the first line between indentation and value.
 */
function valueLines(value: unknown, indent: string, before: number): string[] {
  if (typeof value === "string") {
    return [stringLiteral(value)];
  }
  if (Array.isArray(value)) {
    return arrayLines(value, indent, before);
  }
  if (typeof value !== "object" || value === null) {
    return [JSON.stringify(value)];
  }
  const entries = Object.entries(value);
  return entries.length === 0
    ? ["{}"]
    : ["{", ...entries.flatMap(([key, item]) => propertyLines(key, item, indent + step)), `${indent}}`];
}

function arrayLines(items: readonly unknown[], indent: string, before: number): string[] {
  const flat = flatArray(items);
  if (flat !== undefined && columns(indent) + before + columns(flat) < lineWidth) {
    return [flat];
  }
  const inner = indent + step;
  const lines = items.every((item) => typeof item === "number")
    ? filledLines(items, inner)
    : items.flatMap((item) => {
        const [first = "", ...rest] = valueLines(item, inner, 0);
        return withComma([`${inner}${first}`, ...rest]);
      });
  return ["[", ...lines, `${indent}]`];
}

/** An array in one line, unless something in it takes several. */
function flatArray(items: readonly unknown[]): string | undefined {
  const isTable = items.length > 1 && items.every((item) => Array.isArray(item) && item.length > 1);
  const flat = items.map((item) => {
    if (Array.isArray(item)) {
      return flatArray(item);
    }
    const lines = valueLines(item, "", 0);
    return lines.length === 1 ? lines[0] : undefined;
  });
  return isTable || flat.includes(undefined) ? undefined : `[${flat.join(", ")}]`;
}

/** Numbers, as many as a line holds. */
function filledLines(numbers: readonly number[], indent: string): string[] {
  const lines: string[] = [];
  for (const number of numbers) {
    const last = lines.at(-1);
    const longer = `${last ?? indent}${last === undefined ? "" : " "}${number},`;
    if (last === undefined || columns(longer) > lineWidth) {
      lines.push(`${indent}${number},`);
    } else {
      lines[lines.length - 1] = longer;
    }
  }
  return lines;
}

function withComma(lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === lines.length - 1 ? `${line},` : line));
}
