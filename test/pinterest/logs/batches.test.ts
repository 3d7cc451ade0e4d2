import { expect, test } from "@jest/globals";
import { batchesOf, bodyBytes, frameBytes, type OutgoingLog } from "../../../provider/pinterest/logs/batches";

const entries = (...sizes: readonly number[]): OutgoingLog[] =>
  sizes.map((bytes, index) => ({ index, wire: {}, bytes }));

/** The sizes of the entries in each batch. */
const sizesOf = (batches: Iterable<readonly OutgoingLog[]>) =>
  [...batches].map((batch) => batch.map(({ bytes }) => bytes));

test("a batch has as many entries as the limit", () => {
  const limits = { entries: 2, bytes: 1000 };
  expect(sizesOf(batchesOf(entries(1, 2, 3, 4, 5), limits))).toEqual([[1, 2], [3, 4], [5]]);
  expect(sizesOf(batchesOf([], limits))).toEqual([]);
});

test("a batch has as many bytes as the limit, with a comma after each entry", () => {
  const limits = { entries: 10, bytes: frameBytes + 8 };
  expect(sizesOf(batchesOf(entries(3, 3), limits))).toEqual([[3, 3]]);
  expect(sizesOf(batchesOf(entries(3, 4), limits))).toEqual([[3], [4]]);
});

test("an entry that exceeds the limit has a batch of its own", () => {
  const limits = { entries: 10, bytes: frameBytes + 8 };
  expect(sizesOf(batchesOf(entries(50, 1, 50), limits))).toEqual([[50], [1], [50]]);
});

test("the length of a body is that of its JSON", () => {
  const wires = [{ a: 1 }, { b: "two" }];
  const logs = wires.map((wire, index) => ({ index, wire, bytes: JSON.stringify(wire).length }));
  expect(bodyBytes(logs)).toBe(JSON.stringify({ logs: wires }).length);
});
