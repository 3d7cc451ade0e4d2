import { describe, expect, test } from "@jest/globals";
import { readError } from "../../provider/api/error-body";

const read = (body: unknown) => readError(JSON.stringify(body));

test("code and message, in Pinterest's form", () => {
  expect(read({ code: 4180, message: "Not found." })).toEqual({
    code: 4180,
    message: "Not found.",
    more: false,
  });
});

test("every text once, the message first", () => {
  const body = { error_description: "c", message_detail: "b", message: "a" };
  expect(read(body).message).toBe("a b c");
  expect(read({ ...body, message_detail: "a", error_description: "a" }).message).toBe("a");
});

test.each([
  ["number", 4180, 4180],
  ["number that is 0", 0, 0],
  ["number as text", "4180", 4180],
  ["number of more digits than a number keeps", "4180418041804180", undefined],
  ["fraction", 4.5, undefined],
  ["number below 0, as text", "-1", undefined],
  ["word", "NotFound", undefined],
  ["empty text", "", undefined],
  ["null", null, undefined],
  ["list", [4180], undefined],
])("a code that is a %s", (_name, code, expected) => {
  expect(read({ code, message: "no" })).toEqual({
    message: "no",
    more: false,
    ...(expected === undefined ? {} : { code: expected }),
  });
});

test.each([
  ["number", 5],
  ["null", null],
  ["empty text", ""],
  ["object", { text: "no" }],
])("a message that is a %s is none", (_name, message) => {
  expect(read({ code: 1, message })).toEqual({ code: 1, message: "", more: true });
});

test("details are more than the message says", () => {
  expect(read({ code: 1, message: "no", details: {} }).more).toBe(true);
});

describe("a body that is not in Pinterest's form says more than is understood", () => {
  test.each(["<html>", "[]", "null", "4180", '"no"', '{"code": 29'])("%s", (text) => {
    expect(readError(text)).toEqual({ message: "", more: true });
  });
});

test.each(["", " \n"])("no body at all says nothing: %j", (text) => {
  expect(readError(text)).toEqual({ message: "", more: false });
});
