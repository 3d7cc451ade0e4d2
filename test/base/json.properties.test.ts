import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseJson } from "../../provider/base/json";

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The expected result, from the simplest implementation: it checks the source of every number. */
function expected(text: string): unknown {
  return (JSON.parse as (text: string, reviver: SourceReviver) => unknown)(text, (_key, value, { source }) =>
    typeof value === "number" && /^-?\d+$/.test(source ?? "") && !Number.isSafeInteger(value)
      ? source
      : value,
  );
}

const digits = (from: number, to: number) =>
  fc.stringMatching(new RegExp(`^-?[1-9]\\d{${from - 1},${to - 1}}$`));

/** JSON numbers in all notations, many of them near 2^53. */
const number = fc.oneof(
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(String),
  digits(14, 20),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc
    .tuple(digits(1, 20), fc.constantFrom("e3", "E+20", "e-5", ".5", ".25e400"))
    .map((parts) => parts.join("")),
  fc.constantFrom("0", "-0"),
);
/** JSON strings, some of which contain characters that surround numbers in JSON. */
const text = fc
  .oneof(
    fc.string(),
    digits(14, 20),
    digits(16, 18).map((id) => `a:${id},[${id}`),
  )
  .map((value) => JSON.stringify(value));
const whitespace = fc.stringMatching(/^[ \t\r\n]{0,2}$/);

const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc
    .tuple(
      whitespace,
      fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        number,
        text,
        fc.constantFrom("true", "false", "null"),
        tie("list"),
        tie("object"),
      ),
      whitespace,
    )
    .map((parts) => parts.join("")),
  list: fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
  object: fc
    .array(fc.tuple(text, whitespace, tie("json")), { maxLength: 4 })
    .map((entries) => `{${entries.map(([key, space, value]) => `${key}${space}:${value}`).join(",")}}`),
}));

test("keeps the digits of every integer, and parses everything else like JSON.parse", () => {
  fc.assert(
    fc.property(json, (source) => {
      expect(parseJson(source)).toStrictEqual(expected(source));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", "9007199254740992"],
  ["-9007199254740993", "-9007199254740993"],
  ["[1,\n 7329123456789012345]", [1, "7329123456789012345"]],
  ['{"id":7329123456789012345}', { id: "7329123456789012345" }],
  ['{"id" : 73291234567890123450000}', { id: "73291234567890123450000" }],
  ["1e20", 1e20],
])("%s", (source, value) => {
  expect(parseJson(source)).toEqual(value);
});

test.each(["", "{", "[1,]", "01", "{1234567890123456789:1}"])("%j is not JSON", (source) => {
  expect(() => parseJson(source)).toThrow(SyntaxError);
});
