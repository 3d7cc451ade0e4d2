import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseHttpDate } from "../../provider/pinterest/retry/http-date";
import { toldWaitMs } from "../../provider/pinterest/retry/told-wait";

const now = Date.UTC(1994, 10, 6, 8, 49, 0);

function told(status: number, headers: Record<string, string | string[]>): number | undefined {
  return toldWaitMs({ status, headers }, now);
}

describe("Retry-After", () => {
  test.each([
    ["seconds", "120", 120_000],
    ["no seconds", "0", 0],
    ["a date", "Sun, 06 Nov 1994 08:49:37 GMT", 37_000],
    ["a date of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", 37_000],
    ["a date of C's asctime", "Sun Nov  6 08:49:37 1994", 37_000],
    ["a date that is past", "Sun, 06 Nov 1994 08:48:37 GMT", 0],
    ["a part of a second", "1.5", undefined],
    ["a negative number", "-5", undefined],
    ["words", "soon", undefined],
    ["a date that Date.parse takes", "1994-11-06T08:49:37Z", undefined],
    ["a date that does not exist", "Sun, 31 Feb 1994 08:49:37 GMT", undefined],
    ["an hour that does not exist", "Sun, 06 Nov 1994 24:49:37 GMT", undefined],
    ["another zone", "Sun, 06 Nov 1994 08:49:37 PST", undefined],
    ["nothing", "", undefined],
  ])("as %s", (_name, text, expected) => {
    expect(told(503, { "retry-after": text })).toBe(expected);
  });

  test("that is there twice holds for nothing", () => {
    expect(told(503, { "retry-after": ["1", "2"] })).toBeUndefined();
  });

  test("is a date by the clock of the server, where that shows it", () => {
    const headers = {
      "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT",
      date: "Sun, 06 Nov 1994 08:49:30 GMT",
    };
    expect(told(503, headers)).toBe(7_000);
  });

  test("comes before the reset of a limit", () => {
    expect(told(429, { "retry-after": "2", "x-ratelimit-reset": "60" })).toBe(2_000);
  });
});

test.each([
  [429, {}, 67_150_000],
  [429, { "x-ratelimit-remaining": "5" }, 67_150_000],
  [503, { "x-ratelimit-remaining": "0" }, 67_150_000],
  [503, { "x-ratelimit-remaining": "5" }, undefined],
  [503, {}, undefined],
  [500, { "x-ratelimit-remaining": "0" }, undefined],
])("the reset of a limit counts as a wait in seconds: %i %j", (status, headers, expected) => {
  expect(told(status, { "x-ratelimit-reset": "67150", ...headers })).toBe(expected);
});

test.each(["soon", "-1", "1.5", "1e3", ""])(
  "a reset that is no whole number counts for nothing: %j",
  (text) => {
    expect(told(429, { "x-ratelimit-reset": text })).toBeUndefined();
  },
);

test("every date that Node writes as HTTP does is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      expect(parseHttpDate(new Date(seconds * 1000).toUTCString(), now)).toBe(seconds * 1000);
    }),
  );
});

test("a year of two digits is the one that is at most 50 years ahead", () => {
  const at = (year: number) => Date.UTC(year, 0, 1);
  expect(parseHttpDate("Friday, 01-Jan-27 00:00:00 GMT", at(2026))).toBe(at(2027));
  expect(parseHttpDate("Thursday, 01-Jan-76 00:00:00 GMT", at(2026))).toBe(at(2076));
  expect(parseHttpDate("Saturday, 01-Jan-77 00:00:00 GMT", at(2026))).toBe(at(1977));
});

test("no text makes the reading of headers fail", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(429, 503), (after, reset, status) => {
      const wait = told(status, { "retry-after": after, "x-ratelimit-reset": reset, date: after });
      expect(wait === undefined || wait >= 0).toBe(true);
    }),
  );
});
