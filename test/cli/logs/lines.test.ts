import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { LineSplitter, maxLineBytes } from "../../../provider/cli/logs/line-splitter";

/** The lines of a file that is read in pieces of these lengths. */
function split(bytes: Buffer, sizes: readonly number[] = [bytes.length]) {
  const splitter = new LineSplitter({ line: 1, offset: 0 });
  const found = [];
  let from = 0;
  for (const size of sizes) {
    found.push(...splitter.push(bytes.subarray(from, from + size)));
    from += size;
  }
  found.push(...splitter.push(bytes.subarray(from)), ...splitter.end());
  return found;
}

test("however a file is read in pieces, its lines are the same, and each begins where the one before ended", () => {
  const pieces = fc.constantFrom("\n", "\r\n", "a", "ü", "🧵", " ", "{}");
  fc.assert(
    fc.property(fc.array(pieces), fc.array(fc.nat(7)), (parts, sizes) => {
      const text = parts.join("");
      const bytes = Buffer.from(text);
      const found = split(bytes, sizes);
      const expected = text.split("\n");
      if (expected.at(-1) === "") expected.pop();
      expect(found.map((each) => each.bytes?.toString())).toEqual(expected);
      let position = { line: 1, offset: 0 };
      for (const { start, next } of found) {
        expect(start).toEqual(position);
        position = next;
      }
      expect(position.offset).toBe(bytes.length);
    }),
  );
});

test("a byte order mark is no part of the first line, and stays in any other", () => {
  const mark = "\ufeff";
  const texts = split(Buffer.from(`${mark}a\n${mark}b`)).map(({ bytes }) => bytes?.toString());
  expect(texts).toEqual(["a", `${mark}b`]);
});

test("a line that is too long is counted and not kept, and the next one is whole", () => {
  const long = Buffer.concat([Buffer.alloc(maxLineBytes + 1, "x"), Buffer.from("\nb\n")]);
  const [first, second] = split(long, [5, maxLineBytes - 5]);
  expect([first?.bytes, first?.next.offset]).toEqual([undefined, maxLineBytes + 2]);
  expect(second?.bytes?.toString()).toBe("b");
  expect(split(Buffer.alloc(maxLineBytes, "x"))[0]?.bytes).toHaveLength(maxLineBytes);
});
