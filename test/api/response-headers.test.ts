import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readRateReport, retryAfterMs } from "../../provider/api/response-headers";

const now = Date.UTC(1994, 10, 6, 8, 49, 0);

function wait(status: number, headers: Record<string, string | string[]>): number | undefined {
  return retryAfterMs({ status, headers }, now);
}

const after = (text: string | string[], more = {}) => ({ "retry-after": text, ...more });
const reset = (text: string, more = {}) => ({ "x-ratelimit-reset": text, ...more });
const date = "Sun, 06 Nov 1994 08:49:37 GMT";

test.each<[string, number, Record<string, string | string[]>, number | undefined]>([
  ["seconds", 503, after("120"), 120_000],
  ["0 seconds", 503, after("0"), 0],
  ["a date", 503, after(date), 37_000],
  ["a date, by the server's clock", 503, after(date, { date: "Sun, 06 Nov 1994 08:49:30 GMT" }), 7_000],
  ["a past date", 503, after("Sun, 06 Nov 1994 08:48:37 GMT"), 0],
  ["a word", 503, after("soon"), undefined],
  ["a day that does not exist", 503, after("Sun, 31 Feb 1994 08:49:37 GMT"), undefined],
  ["two values", 503, after(["1", "2"]), undefined],
  ["Retry-After rather than the reset", 429, after("2", reset("60")), 2_000],
  ["the reset of a 429", 429, reset("67150"), 67_150_000],
  [
    "the reset of a 429 with requests left",
    429,
    reset("67150", { "x-ratelimit-remaining": "5" }),
    67_150_000,
  ],
  ["the reset of a used-up 503", 503, reset("67150", { "x-ratelimit-remaining": "0" }), 67_150_000],
  ["the reset of a 503 with requests left", 503, reset("67150", { "x-ratelimit-remaining": "5" }), undefined],
  ["the reset of a 503", 503, reset("67150"), undefined],
  ["the reset of a 500", 500, reset("67150", { "x-ratelimit-remaining": "0" }), undefined],
  ...["soon", "-1", "1.5", "1e3", ""].map((text): [string, number, Record<string, string>, undefined] => [
    `the reset "${text}"`,
    429,
    reset(text),
    undefined,
  ]),
])("reads the wait that a response asks for: %s", (_name, status, headers, expected) => {
  expect(wait(status, headers)).toBe(expected);
});

function limits(limit: string | string[]) {
  return readRateReport({ headers: { "x-ratelimit-limit": limit } }).limits;
}

const safetyNet = { name: "safety_net", quota: 100, widthMs: 1000 };
const read = { name: "ads_read", quota: 60, widthMs: 60_000 };

describe("x-ratelimit-limit", () => {
  test.each([
    [
      "as Pinterest sends it",
      '60, 100;w=1;name="safety_net_app_id_user_id", 60;w=60;name="ads_read_app_id_user_id"',
      [safetyNet, read],
    ],
    [
      "of a whole app",
      '1000, 1000;w=86400;name="ads_read_app_id"',
      [{ name: "ads_read", quota: 1000, widthMs: 86_400_000 }],
    ],
    ["without a name", "60, 60;w=60", [{ ...read, name: "" }]],
    ["with whitespace", ' 60 ,100 ; w=1 ; name = "safety_net" ', [safetyNet]],
    ["with one invalid limit", '60, x;w=1;name="safety_net", 60;w=60;name="ads_read"', [read]],
    ["of no requests or no time", "0;w=60, 60;w=0, -1;w=60, 60;w=-1, 6e1;w=60, 60;w=1.5", []],
    ["as a number only", "1000", []],
  ])("%s", (_name, text, expected) => {
    expect(limits(text)).toEqual(expected);
  });

  test("in several headers", () => {
    expect(limits(["60", '100;w=1;name="safety_net"', '60;w=60;name="ads_read"'])).toEqual([safetyNet, read]);
  });
});

test.each([
  ["60", "3", "20", { limit: read, remaining: 3, resetMs: 20_000 }],
  ["100", "99", "1", { limit: safetyNet, remaining: 99, resetMs: 1_000 }],
  ["61", "3", "20", undefined],
  ["60", "3", "soon", undefined],
  // No limit has such a long window.
  ["60", "0", "67150", undefined],
])(
  "x-ratelimit-remaining belongs to the limit of the first number: %s",
  (first, remaining, reset, expected) => {
    const report = readRateReport({
      headers: {
        "x-ratelimit-limit": `${first}, 100;w=1;name="safety_net", 60;w=60;name="ads_read"`,
        "x-ratelimit-remaining": remaining,
        "x-ratelimit-reset": reset,
      },
    });
    expect(report.nearest).toEqual(expected);
  },
);

test("x-ratelimit-remaining belongs to the shortest limit with its quota that can reset that late", () => {
  const report = readRateReport({
    headers: {
      "x-ratelimit-limit": '60, 60;w=86400;name="day", 60;w=60;name="minute", 60;w=1;name="second"',
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "30",
    },
  });
  expect(report.nearest?.limit.name).toBe("minute");
});

test("never reads a limit that allows no requests", () => {
  const parts = fc.constantFrom(
    "6",
    "0",
    "0;w=60",
    "6;w=0",
    "6;w=60",
    ";",
    ",",
    "w",
    "=",
    '"',
    "\\",
    "name",
    " ",
    "-",
    ".",
    "é",
  );
  fc.assert(
    fc.property(fc.array(parts), (texts) => {
      for (const { quota, widthMs } of limits(texts.join(""))) {
        expect(quota).toBeGreaterThanOrEqual(1);
        expect(widthMs).toBeGreaterThanOrEqual(1000);
      }
    }),
  );
});
